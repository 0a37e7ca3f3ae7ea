import type { Settings } from '../settings/settings.js';
import type { Check, DoctorContext } from './check.js';
import { inWords } from './durations.js';
import { exchange, type Trust, USUAL_TRUST } from './exchange.js';
import { shownUrl } from './explain-network.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';
import { influxTarget } from './influx-target.js';

const TIMEOUT_MS = 5_000;

/** `Date` counts whole seconds, and machines without NTP drift that far in a week. */
const HARMLESS_MS = 60_000;

const FIX = 'let NTP set the clock of this machine (timedatectl set-ntp true), and compare: date -u';

/** Whether this machine's clock agrees with others: Zoom's requests are taken by their time. */
export const checkClock: Check = {
  name: 'clock',
  title: 'Clock',
  limitMs: 15_000,
  async *run(context, signal): AsyncIterable<Finding> {
    let compared = 0;
    for (const { what, url, trust } of await clocksOf(context)) {
      const difference = await differenceTo(url, trust, context.now, signal);
      if (difference === undefined) continue;
      compared += 1;
      yield judge(difference, `${what} (${url.host})`, context.settings.zoom, isHere(url));
    }
    if (compared === 0)
      yield skipped(
        'no other clock could be asked: neither InfluxDB nor the public URL answers',
        'compare it yourself: date -u',
      );
  },
};

type OtherClock = { readonly what: string; readonly url: URL; readonly trust: Trust };

async function clocksOf(context: DoctorContext): Promise<readonly OtherClock[]> {
  const influx = context.reading.faulty.has('INFLUX_URL') ? undefined : await influxTarget(context);
  return [
    ...(influx === undefined
      ? []
      : [{ what: 'InfluxDB', url: new URL(`${shownUrl(influx.url)}/ping`), trust: USUAL_TRUST }]),
    ...(context.url === undefined
      ? []
      : [{ what: 'the public URL', url: context.url, trust: context.trust }]),
  ];
}

/** Milliseconds by which the clock here is ahead of that of a server; undefined where the server does not tell the time. */
async function differenceTo(
  url: URL,
  trust: Trust,
  now: () => number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const before = now();
  const answer = await exchange(url, { timeoutMs: TIMEOUT_MS, signal, trust });
  const after = now();
  if (answer.kind === 'failed') return undefined;
  const told = Date.parse(answer.headers.date ?? '');
  // The header cuts off what is below a second.
  return Number.isNaN(told) ? undefined : (before + after) / 2 - (told + 500);
}

function judge(
  aheadMs: number,
  other: string,
  { maxAgeSeconds, maxAheadSeconds }: Settings['zoom'],
  here: boolean,
): Finding {
  const size = Math.abs(aheadMs);
  const said = `this machine's clock is ${inWords(size)} ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${other}`;
  if (aheadMs > maxAgeSeconds * 1_000)
    return fault(
      `${said}: every request of Zoom's would be refused as too old (ZOOM_MAX_AGE_SECONDS is ${maxAgeSeconds})`,
      FIX,
    );
  if (-aheadMs > maxAheadSeconds * 1_000)
    return fault(
      `${said}: every request of Zoom's would be refused as from the future (ZOOM_MAX_AHEAD_SECONDS is ${maxAheadSeconds})`,
      FIX,
    );
  if (size > HARMLESS_MS) return warning(`${said}; lateness and freshness are judged wrongly`, FIX);
  return ok(
    `it agrees with that of ${other}${here ? ', which is on this machine and so proves little' : ''}`,
  );
}

function isHere({ hostname }: URL): boolean {
  return /^(localhost|127\.|\[::1\])/.test(hostname);
}
