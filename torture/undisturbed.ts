import { randomBytes } from 'node:crypto';
import type { BatchLine } from '../src/influx/line-batch.js';
import { parseEvent, Worker } from '../src/pipeline/work.js';
import type { Timed } from '../src/points/timed.js';
import { pointMaker } from '../src/replay/point-maker.js';
import type { Settings } from '../src/settings/settings.js';
import { type EventOutcome, NO_OUTCOMES } from '../src/spool/counts.js';
import type { SeenEntry } from '../src/spool/seen.js';

/** What events become when nothing disturbs: lines, by the event's place in the list (from 0), and how many became what. */
export type Undisturbed = {
  readonly lines: readonly BatchLine[];
  readonly outcomes: Readonly<Record<EventOutcome, number>>;
  /** How many things lie in quarantine: events of which nothing could be used, and copies of those with a part left out. */
  readonly quarantineItems: number;
};

/**
 * Works on events one after the other, in this order, with everything in memory: no spool, no batches, no thread, no crash.
 * `seq` of a line is the event's place in the list.
 */
export function undisturbed(settings: Settings, bodies: readonly Buffer[]): Undisturbed {
  const worker = new Worker(pointMaker(settings, randomBytes(32)));
  const context = new Map<string, Timed>();
  const seen = new Map<string, SeenEntry>();
  const outcomes: Record<EventOutcome, number> = { ...NO_OUTCOMES };
  const lines: BatchLine[] = [];
  let quarantineItems = 0;
  for (const [seq, body] of bodies.entries()) {
    const event = parseEvent({ seq, receivedMs: Date.now(), again: false, body });
    const worked = worker.work(event, context, seen);
    outcomes[worked.outcome] += 1;
    if (worked.quarantine !== undefined) quarantineItems += 1;
    lines.push(...worked.lines);
  }
  return { lines, outcomes, quarantineItems };
}
