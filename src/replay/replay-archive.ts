import type { ArchivedEvent } from '../archive/record.js';
import type { Delivery, Refusal } from '../influx/delivery.js';
import type { BatchLine } from '../influx/line-batch.js';
import { Batch } from '../pipeline/batch.js';
import { type ParsedEvent, parseEvent, Worker } from '../pipeline/work.js';
import type { PointMaker } from '../points/make-points.js';
import { NO_OUTCOMES } from '../spool/counts.js';
import { WorkStore } from '../spool/work-store.js';
import { readEpoch } from '../zoom/timestamp.js';
import { type ArchiveSummary, countWorked } from './archive-summary.js';
import type { Pacer } from './pacer.js';
import type { Scratch } from './scratch.js';
import { isWithin, type TimeRange } from './time-range.js';

/** How many lines are written at a time. */
const BATCH_LINES = 5_000;

/** A batch is ended at so many events, too: what they teach is held in memory until then. */
const BATCH_EVENTS = 5_000;

export type ReplayArchiveOptions = {
  readonly events: AsyncIterable<ArchivedEvent>;
  readonly range: TimeRange;
  readonly maker: PointMaker;
  readonly scratch: Scratch;
  readonly delivery: Pick<Delivery, 'deliver'>;
  readonly pacer: Pacer;
  readonly summary: ArchiveSummary;
  /** Told after every batch. */
  readonly onBatch: () => void;
  readonly onRefusals: (refusals: readonly Refusal[]) => void;
  readonly signal: AbortSignal;
};

/**
 * Makes the points of archived events again and writes them to InfluxDB. It works in the archive's own order and from nothing but
 * the archive, so it gives the points of the first time; the spool, its counts and what the bridge knows are left alone. Events
 * outside of the range are worked on for what they teach, and their points are not written.
 */
export async function replayArchive(options: ReplayArchiveOptions): Promise<void> {
  const { events, range, maker, scratch, delivery, pacer, summary, onBatch, onRefusals, signal } = options;
  const store = new WorkStore(scratch.tables);
  const worker = new Worker(maker);
  let batch = new Batch(store, worker);
  let lines: BatchLine[] = [];
  let lastMs = 0;
  const finish = async (): Promise<boolean> => {
    const refusals = await delivery.deliver(lines);
    if (refusals === undefined) return false;
    summary.points += lines.length - refusals.length;
    summary.refused += refusals.length;
    if (refusals.length > 0) onRefusals(refusals);
    // Time passes as it did then, so that what was forgotten then is forgotten now.
    store.commit({ ...batch.commit([], lastMs), seqs: [], outcomes: NO_OUTCOMES, quarantine: [] });
    batch = new Batch(store, worker);
    lines = [];
    onBatch();
    return true;
  };
  for await (const archived of events) {
    if (signal.aborted) break;
    summary.read += 1;
    lastMs = Math.max(lastMs, archived.receivedMs);
    const event = parseEvent({ seq: summary.read, ...archived });
    const worked = batch.add(event);
    if (isMeant(event, range)) {
      await pacer.turn();
      countWorked(summary, worked);
      for (const line of worked.lines) lines.push(line);
    } else summary.skipped += 1;
    if (lines.length >= BATCH_LINES || batch.size >= BATCH_EVENTS) if (!(await finish())) return;
  }
  await finish();
}

function isMeant({ json }: ParsedEvent, range: TimeRange): boolean {
  return isWithin(range, readEpoch(json?.['event_ts']));
}
