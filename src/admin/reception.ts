import type { ReceiverSnapshot } from '../receiver/receiver-stats.js';
import type { Problem } from './status.js';

/** Zoom validates the URL again after this time. Source: Zoom's webhook reference, "Validate your webhook endpoint". */
export const VALIDATION_EVERY_MS = 72 * 3_600_000;

/** A validation this late is missing rather than late. */
const VALIDATION_GRACE_MS = 3_600_000;

/** Without an event for this long Zoom is silent, or nobody meets. */
const SILENT_AFTER_MS = 30 * 60_000;

/** Refusals older than this are of the past. */
const REFUSED_LATELY_MS = 15 * 60_000;

/** What each kind of refusal says about the way from Zoom to here. */
const REFUSED_FIXES: Readonly<Record<string, string>> = {
  signature_mismatch:
    'compare ZOOM_SECRET_TOKEN with the Secret Token on the app\'s page Access (older apps: Feature); if they are the same, a proxy in front alters the body: "qss-bridge doctor --url …" tells which',
  signature_missing: 'let every proxy in front pass the headers x-zm-signature and x-zm-request-timestamp',
  timestamp_missing: 'let every proxy in front pass the headers x-zm-signature and x-zm-request-timestamp',
  timestamp_stale: "set this machine's clock, best by NTP: it is ahead of Zoom's",
  timestamp_ahead: "set this machine's clock, best by NTP: it is behind Zoom's",
  auth_header_mismatch: 'make WEBHOOK_AUTH_HEADER the same as the custom header in the Marketplace app',
};

/** What may be wrong on the way from Zoom to here. None of it keeps the bridge from its work. */
export function findReceptionNotices(
  receiver: ReceiverSnapshot,
  startedAt: number,
  now: number,
): readonly Problem[] {
  return [...refusals(receiver, now), ...silence(receiver, startedAt, now), ...validation(receiver, now)];
}

function refusals({ lastRejectedAt, lastAcceptedAt }: ReceiverSnapshot, now: number): Problem[] {
  return Object.entries(REFUSED_FIXES).flatMap(([reason, fix]) => {
    const at = lastRejectedAt[reason];
    if (at === undefined || now - at > REFUSED_LATELY_MS || at < (lastAcceptedAt ?? 0)) return [];
    const what = `requests are refused (${reason}), and none was accepted since`;
    return [{ code: `refusing_${reason}`, severity: 'notice', what, fix }];
  });
}

function silence({ lastAcceptedAt }: ReceiverSnapshot, startedAt: number, now: number): Problem[] {
  const quietFor = now - (lastAcceptedAt ?? startedAt);
  if (quietFor < SILENT_AFTER_MS) return [];
  return [
    {
      code: 'zoom_silent',
      severity: 'notice',
      what: `Zoom has sent nothing for ${Math.round(quietFor / 60_000)} minutes`,
      fix: 'nothing, if nobody is in a meeting; otherwise see in the Marketplace app whether the subscription is on and the URL validated, and run "qss-bridge doctor --url …"',
    },
  ];
}

function validation({ lastValidationAt }: ReceiverSnapshot, now: number): Problem[] {
  if (lastValidationAt === undefined || now - lastValidationAt < VALIDATION_EVERY_MS + VALIDATION_GRACE_MS)
    return [];
  return [
    {
      code: 'validation_overdue',
      severity: 'notice',
      what: `Zoom's last URL validation was ${Math.round((now - lastValidationAt) / 3_600_000)} hours ago, and one is due every 72`,
      fix: 'press Validate in the Marketplace app; after six failures in a row Zoom ends the subscription',
    },
  ];
}
