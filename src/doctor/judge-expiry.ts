import { inWords, moment } from './durations.js';
import { type Finding, fault, ok, warning } from './finding.js';

const DAY_MS = 86_400_000;

/** A certificate that ends before that should have been renewed already: most are renewed 30 days before. */
const RENEWED_BEFORE_MS = 14 * DAY_MS;

/** Says how long a certificate is good for. */
export function judgeExpiry(which: string, validToMs: number, nowMs: number): Finding {
  const left = validToMs - nowMs;
  if (left <= 0)
    return fault(
      `${which} expired on ${moment(validToMs)}: Zoom delivers nothing, and does not try again`,
      'renew it now, and find out why that did not happen by itself',
    );
  if (left < RENEWED_BEFORE_MS)
    return warning(
      `${which} expires in ${inWords(left)}, on ${moment(validToMs)}`,
      'see that it is renewed: from then on Zoom delivers nothing',
    );
  return ok(`${which} is valid for ${inWords(left)} more`);
}
