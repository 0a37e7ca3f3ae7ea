import type { Refusal } from '../influx/delivery.js';
import type { BatchLine } from '../influx/line-batch.js';
import type { Attribution } from '../points/attribution.js';
import type { Timed } from '../points/timed.js';
import { type EventOutcome, NO_OUTCOMES } from '../spool/counts.js';
import type { QuarantineItem } from '../spool/quarantine-item.js';
import type { SeenEntry } from '../spool/seen.js';
import type { Commit, WorkStore } from '../spool/work-store.js';
import { type ParsedEvent, quarantineItem, type SeenStore, type Worked, type Worker } from './work.js';

/** Events that are written together, in their order, with everything they change. */
export class Batch {
  readonly #store: WorkStore;
  readonly #worker: Worker;
  readonly #context: ReturnType<WorkStore['contextView']>;
  readonly #seen = new Map<string, SeenEntry>();
  readonly #events = new Map<number, ParsedEvent>();
  readonly #worked = new Map<number, Worked>();
  readonly lines: BatchLine[] = [];

  constructor(store: WorkStore, worker: Worker) {
    this.#store = store;
    this.#worker = worker;
    this.#context = store.contextView();
  }

  get seqs(): readonly number[] {
    return [...this.#events.keys()];
  }

  /** What the events' addresses were attributed to, by sequence number. */
  get attributions(): ReadonlyMap<number, Attribution> {
    const attributions = new Map<number, Attribution>();
    for (const [seq, { attribution }] of this.#worked)
      if (attribution !== undefined) attributions.set(seq, attribution);
    return attributions;
  }

  /** The events in the order of work. */
  get events(): readonly ParsedEvent[] {
    return [...this.#events.values()];
  }

  get size(): number {
    return this.#events.size;
  }

  /**
   * Works on one more event and says what became of it.
   *
   * @param attribution what its addresses were attributed to the first time, where this is a repetition
   */
  add(event: ParsedEvent, attribution?: Attribution): Worked {
    const seen: SeenStore = {
      get: (key) => this.#seen.get(key) ?? this.#store.seen(Buffer.from(key, 'latin1')),
      set: (key, entry) => this.#seen.set(key, entry),
    };
    const worked = this.#worker.work(event, this.#context.store, seen, attribution);
    this.#events.set(event.seq, event);
    this.#worked.set(event.seq, worked);
    for (const line of worked.lines) this.lines.push(line);
    return worked;
  }

  /**
   * What has to be committed once the lines are in InfluxDB, but for those that it refused.
   *
   * @param nowMs the time where no event tells it
   */
  commit(refusals: readonly Refusal[], nowMs: number): Commit {
    const refused = new Map<number, Refusal[]>();
    for (const refusal of refusals) {
      const { seq } = refusal.line;
      refused.set(seq, [...(refused.get(seq) ?? []), refusal]);
    }
    const outcomes: Record<EventOutcome, number> = { ...NO_OUTCOMES };
    const quarantine: QuarantineItem[] = [];
    for (const [seq, worked] of this.#worked) {
      const event = this.#events.get(seq);
      const own = refused.get(seq) ?? [];
      const [first] = own;
      if (event !== undefined && first !== undefined && own.length === worked.lines.length) {
        outcomes.quarantined += 1;
        quarantine.push(quarantineItem(event, 'event', first.reason, first.message));
        continue;
      }
      if (worked.quarantine !== undefined) quarantine.push(worked.quarantine);
      outcomes[worked.outcome] += 1;
      if (event !== undefined) quarantine.push(...own.map((refusal) => refusedLine(event, refusal)));
    }
    return {
      seqs: this.seqs,
      outcomes,
      seen: this.#seen,
      context: this.#context.changes as ReadonlyMap<string, Timed>,
      quarantine,
      nowMs: this.#arrivedMs ?? nowMs,
    };
  }

  /**
   * When the last of the events came, which is what time it is for everything that is forgotten after a time. The clock may be days off
   * for a moment; then Zoom's events are refused as stale, so that none comes at such a time.
   */
  get #arrivedMs(): number | undefined {
    let latest: number | undefined;
    for (const { receivedMs, again } of this.#events.values())
      if (!again) latest = Math.max(latest ?? 0, receivedMs);
    return latest;
  }
}

function refusedLine(event: ParsedEvent, { line, reason, message }: Refusal): QuarantineItem {
  return {
    kind: 'line',
    reason,
    at: event.receivedMs,
    name: line.text.slice(0, line.text.indexOf(',')),
    detail: message.slice(0, 2000),
    seq: event.seq,
    receivedMs: event.receivedMs,
    content: `${line.text} ${line.time}`,
  };
}
