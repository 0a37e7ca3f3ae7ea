import { setTimeout as wait } from 'node:timers/promises';
import { SimulatorOptionError } from './errors.js';

/** Real time, or a test's. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after a time, or early when the signal aborts. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export const realClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

export interface PaceOptions {
  /** Model time that passes in a unit of real time, until the present is reached; default: without limit. */
  readonly speed?: number;
  /** Events a second at most; default: without limit. */
  readonly rate?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

const SHORTEST_SLEEP_MS = 2;
/** After a pause the rate is not made up for beyond this. */
const LARGEST_ARREARS_MS = 100;

/**
 * Hands events on in real time. An event of the past comes as fast as `speed` and `rate` allow, so a story
 * that began an hour ago catches up and then goes on live; no event comes before its own time.
 * Ends with its source or when the signal aborts.
 * @param events in time order; `at` in milliseconds since the epoch
 * @throws SimulatorOptionError for a speed or rate that is not above 0
 */
export async function* pace<Item extends { readonly at: number }>(
  events: Iterable<Item>,
  {
    speed = Number.POSITIVE_INFINITY,
    rate = Number.POSITIVE_INFINITY,
    signal,
    clock = realClock,
  }: PaceOptions,
): AsyncGenerator<Item, void, undefined> {
  if (!(speed > 0)) throw new SimulatorOptionError('speed', speed, 'greater than 0');
  if (!(rate > 0)) throw new SimulatorOptionError('rate', rate, 'greater than 0');
  const realStart = clock.now();
  let modelStart: number | undefined;
  let slot = realStart;
  for (const event of events) {
    modelStart ??= event.at;
    const due = Math.max(event.at, realStart + (event.at - modelStart) / speed, slot);
    for (
      let ahead = due - clock.now();
      ahead > SHORTEST_SLEEP_MS || event.at > clock.now();
      ahead = due - clock.now()
    ) {
      await clock.sleep(Math.max(1, ahead), signal);
      if (signal?.aborted) return;
    }
    if (signal?.aborted) return;
    yield event;
    slot = Math.max(slot + 1000 / rate, clock.now() - LARGEST_ARREARS_MS);
  }
}
