import { setImmediate as turn } from 'node:timers/promises';
import type { ArchivedEvent } from '../archive/record.js';
import type { Delivery, Refusal } from '../influx/delivery.js';
import type { BatchLine } from '../influx/line-batch.js';
import type { PointMaker } from '../points/make-points.js';
import type { Arrived, WaitingEvent } from '../spool/packed-event.js';
import { contentHash } from '../spool/seen.js';
import type { WorkStore } from '../spool/work-store.js';
import { Batch } from './batch.js';
import { ReorderBuffer } from './reorder-buffer.js';
import { Tally } from './tally.js';
import { happenedAt, parseEvent, Worker } from './work.js';

/** What the pipeline works with. */
export type PipelineOptions = {
  readonly store: WorkStore;
  readonly maker: PointMaker;
  readonly delivery: Delivery;
  readonly now: () => number;
  /** How long an event waits for others that happened before it, ms. */
  readonly settleMs?: number;
  readonly tally?: Tally;
  /** Where every event is kept before it leaves the spool; resolves once it is on disk. */
  readonly archive?: { append(events: readonly ArchivedEvent[]): Promise<void> };
  /** Told after every commit. */
  readonly onCommit?: () => void;
  /** Lines about the bridge itself that are to be written now. */
  readonly ownLines?: () => readonly BatchLine[];
  /** Told of what InfluxDB refused. */
  readonly onRefusals?: (refusals: readonly Refusal[]) => void;
};

/** Zoom's deliveries overtake one another by a second or two. */
const SETTLE_MS = 2_000;

/** How many events are put in order at a time. */
const MAX_HELD = 4_000;

/** So many bytes of events are parsed or hashed to put them in order, before whatever else is to be done has its turn. */
const FILL_BYTES = 32 * 1024 * 1024;

/** A batch with this many bytes of events is not added to, so that what is parsed stays small. */
const BATCH_BYTES = 16 * 1024 * 1024;

/** How many lines make a batch: InfluxData advises 5,000 for a request, and these go as two. */
const BATCH_LINES = 8_000;

/**
 * A smaller batch is not begun before this time has passed since the last one, unless an event waits for longer than that. Many small
 * batches cost this process, the disk and InfluxDB several times as much.
 */
const BATCH_INTERVAL_MS = 1_000;

/** How many events are worked on before whatever else is to be done has its turn. */
const TURN_EVENTS = 32;

/** How long the pipeline sleeps when nothing is to be done. */
const IDLE_MS = 100;

/**
 * Takes waiting events in order, makes points of them, writes these, and only then drops the events. While a batch is written the
 * next one is made; its order is kept on disk in the transaction that drops the events of the one before.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #worker: Worker;
  /** Sequence numbers. Events are read when their turn comes: thousands of them would be memory to look after. */
  readonly #held: ReorderBuffer<number>;
  readonly tally: Tally;
  #lastRead = 0;
  /** Bytes of events that had to be looked into since filling began. */
  #lookedInto = 0;
  readonly #retried: number[] = [];
  #completeUntil = 0;
  #lastBatchAt = Number.NEGATIVE_INFINITY;
  #stopping = false;
  #wake: () => void = () => {};

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#worker = new Worker(options.maker);
    this.tally = options.tally ?? new Tally();
    this.#held = new ReorderBuffer(options.settleMs ?? SETTLE_MS, MAX_HELD, (seq) => {
      const event = this.#lookInto(seq);
      return event === undefined ? '' : contentHash(event.body);
    });
  }

  /** There may be something new to do. */
  poke(): void {
    this.#wake();
  }

  /** Makes {@link run} write everything that waits, at once, and end; or end at the first failure. */
  stop(): void {
    this.#stopping = true;
    this.#options.delivery.stop();
    this.#wake();
  }

  /** Works until {@link stop}. Resolves with whether everything that waited was written. */
  async run(): Promise<boolean> {
    const { store } = this.#options;
    const plan = store.plan();
    if (plan.length > 0 && !(await this.#finish(this.#planned(plan)))) return false;
    let fixed: Batch | undefined;
    for (;;) {
      await this.#tryAgain();
      await this.#writeOwn();
      if (fixed !== undefined) {
        // Both at once: a batch is made while InfluxDB works on the one before.
        const [refusals, next] = await Promise.all([this.#deliver(fixed), this.#nextBatch(fixed)]);
        if (refusals === undefined) return false;
        this.#commit(fixed, refusals, next);
        fixed = next;
        continue;
      }
      // Told to stop meanwhile, what settles is not in the batch yet.
      const wasStopping = this.#stopping;
      fixed = await this.#nextBatch();
      if (fixed !== undefined) this.#fix(fixed);
      else if (wasStopping) return true;
      else await this.#idle();
    }
  }

  /** The batch under way when the process ended: the same events in the same order give the same points. */
  #planned(plan: readonly number[]): Batch {
    const { store } = this.#options;
    const batch = new Batch(store, this.#worker);
    const attributions = store.plannedAttributions();
    for (const seq of plan) {
      const event = store.event(seq);
      if (event === undefined) continue;
      this.tally.worked(batch.add(parseEvent(event), attributions.get(seq)));
    }
    return batch;
  }

  #fill(): void {
    const { store, now } = this.#options;
    store.refresh();
    const readAt = now();
    this.#lookedInto = 0;
    this.#holdRetried();
    while (!this.#held.isFull && this.#lookedInto < FILL_BYTES) {
      const arrived = store.arrivedAfter(this.#lastRead);
      if (arrived === undefined) {
        this.#completeUntil = readAt;
        return;
      }
      this.#lastRead = arrived.seq;
      this.#completeUntil = arrived.receivedMs;
      this.#hold(arrived);
    }
  }

  /** Takes up what is to be tried again, as far as there is room. */
  #holdRetried(): void {
    while (this.#retried.length > 0 && !this.#held.isFull && this.#lookedInto < FILL_BYTES) {
      const seq = this.#retried.shift();
      const event = seq === undefined ? undefined : this.#options.store.event(seq);
      if (event !== undefined) this.#hold({ at: undefined, ...event });
    }
  }

  #hold({ seq, receivedMs, at }: Arrived): void {
    this.#held.push({ at: at ?? this.#happenedAt(seq) ?? receivedMs, receivedMs, item: seq });
  }

  /** Where it was not read before the event was stored. */
  #happenedAt(seq: number): number | undefined {
    const event = this.#lookInto(seq);
    return event === undefined ? undefined : happenedAt(parseEvent(event));
  }

  #lookInto(seq: number): WaitingEvent | undefined {
    const event = this.#options.store.event(seq);
    this.#lookedInto += event?.body.length ?? 0;
    return event;
  }

  #isTime(): boolean {
    return (
      this.#stopping ||
      this.#held.isFull ||
      this.#held.overdueMs(this.#completeUntil) >= BATCH_INTERVAL_MS ||
      performance.now() - this.#lastBatchAt >= BATCH_INTERVAL_MS
    );
  }

  /**
   * Makes the next batch; undefined where it is not time for one. Lets others have their turn now and then.
   *
   * @param before the batch that is written and committed before this one
   */
  async #nextBatch(before?: Batch): Promise<Batch | undefined> {
    this.#fill();
    if (!this.#isTime()) return undefined;
    const batch = new Batch(this.#options.store, this.#worker, before);
    const until = this.#stopping ? Number.POSITIVE_INFINITY : this.#completeUntil;
    let bytes = 0;
    while (batch.lines.length < BATCH_LINES && bytes < BATCH_BYTES) {
      const seq = this.#held.take(until);
      if (seq === undefined) break;
      const event = this.#options.store.event(seq);
      if (event !== undefined) {
        bytes += event.body.length;
        this.tally.worked(batch.add(parseEvent(event)));
      }
      if (this.#held.size === 0) break;
      if (batch.size % TURN_EVENTS === 0) await turn();
    }
    if (batch.size === 0) return undefined;
    // A few large events make a batch, too, and one without lines is not waited for.
    await turn();
    // Behind a full batch the next one is begun at once.
    const isWhole = batch.lines.length >= BATCH_LINES || bytes >= BATCH_BYTES;
    // What is sent is made now, while InfluxDB works on the batch before, and not when it waits for this one.
    batch.lines.parts();
    this.#lastBatchAt = isWhole ? Number.NEGATIVE_INFINITY : performance.now();
    return batch;
  }

  /** Keeps a batch's order on disk. What holds no lines is not written, so its order does not matter. */
  #fix(batch: Batch): void {
    if (batch.lines.length > 0) this.#options.store.setPlan(batch.seqs, batch.attributions);
  }

  /** Writes and commits a batch. False: given up, the events stay. */
  async #finish(batch: Batch): Promise<boolean> {
    const refusals = await this.#deliver(batch);
    if (refusals === undefined) return false;
    this.#commit(batch, refusals, undefined);
    return true;
  }

  /** Writes a batch whose order is on disk. Undefined: given up, the events stay. */
  async #deliver(batch: Batch): Promise<readonly Refusal[] | undefined> {
    const { delivery, archive } = this.#options;
    const [refusals] = await Promise.all([delivery.deliver(batch.lines), archive?.append(batch.events)]);
    return refusals;
  }

  /** Drops a batch's events and fixes the next one, in one transaction. */
  #commit(batch: Batch, refusals: readonly Refusal[], next: Batch | undefined): void {
    const { store, now, onCommit, onRefusals } = this.#options;
    store.commit(batch.commit(refusals, now()), next);
    this.tally.delivered(batch.lines, refusals);
    if (refusals.length > 0) onRefusals?.(refusals);
    batch.lines.free();
    onCommit?.();
  }

  async #writeOwn(): Promise<void> {
    const lines = this.#stopping ? [] : (this.#options.ownLines?.() ?? []);
    if (lines.length > 0) await this.#options.delivery.deliver(lines);
  }

  /** Takes back from quarantine what somebody wants tried again. */
  async #tryAgain(): Promise<void> {
    const { store, delivery } = this.#options;
    if (this.#stopping || !store.wantsRetry()) return;
    const { seqs, lines } = store.takeRetries();
    this.#retried.push(...seqs);
    if (lines.length === 0) return;
    const refusals = await delivery.deliver(lines.map(({ text, id }) => toBatchLine(text, id)));
    if (refusals === undefined) return;
    const refused = new Set(refusals.map(({ line }) => line.seq));
    store.settleLines(lines.map(({ id }) => id).filter((id) => !refused.has(id)));
  }

  async #idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }
}

/** A line of the quarantine; its number there stands for that of its event. */
function toBatchLine(content: string, id: number): BatchLine {
  const space = content.lastIndexOf(' ');
  return { text: content.slice(0, space), time: Number(content.slice(space + 1)), seq: id };
}
