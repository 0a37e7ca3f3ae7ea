import type { Refusal } from '../influx/delivery.js';
import { LineBlock } from '../influx/line-block.js';
import type { Attribution } from '../points/attribution.js';
import { type EventOutcome, NO_OUTCOMES } from '../spool/counts.js';
import type { WaitingEvent } from '../spool/packed-event.js';
import type { QuarantineItem } from '../spool/quarantine-item.js';
import type { SeenEntry } from '../spool/seen.js';
import type { Commit, Dependencies, WorkStore } from '../spool/work-store.js';
import {
  type ParsedEvent,
  parseEvent,
  quarantineItem,
  type SeenStore,
  type Worked,
  type Worker,
} from './work.js';

/** Events that are written together, in their order, with everything they change. */
export class Batch {
  readonly #store: WorkStore;
  readonly #worker: Worker;
  readonly #context: ReturnType<WorkStore['contextView']>;
  readonly #seen = new Map<string, SeenEntry>();
  readonly #seenLookedUp = new Set<string>();
  readonly #seenBefore: ReadonlyMap<string, SeenEntry>;
  /**
   * What is kept of each event until the batch is committed, by its place: as little as can be, for thousands of them. The spool has the
   * event itself until then.
   */
  readonly #seqs: number[] = [];
  readonly #outcomes: EventOutcome[] = [];
  readonly #lineCounts: number[] = [];
  /** Of events that are worked on again: one that is taken back from quarantine twice counts once. */
  readonly #placesOfRepeated = new Map<number, number>();
  /** What few events have, by sequence number. */
  readonly #quarantine = new Map<number, QuarantineItem>();
  readonly #attributions = new Map<number, Attribution>();
  /**
   * When the last of the events came, which is what time it is for everything that is forgotten after a time. The clock may be days off
   * for a moment; then Zoom's events are refused as stale, so that none comes at such a time.
   */
  #arrivedMs: number | undefined;
  readonly lines = new LineBlock();

  /** @param before the batch that is committed before this one: what it changes is not in the store yet */
  constructor(store: WorkStore, worker: Worker, before?: Pick<Batch, 'changes'>) {
    this.#store = store;
    this.#worker = worker;
    const changes = before?.changes;
    this.#seenBefore = changes?.seen ?? new Map();
    this.#context = store.contextView(changes?.context);
  }

  /** What it changes once it is committed. */
  get changes(): Pick<Commit, 'seen' | 'context'> {
    return { seen: this.#seen, context: this.#context.changes };
  }

  /** What the batch's points depend on, as keys of context and seen-set: nobody may forget it before the batch is committed. */
  get dependsOn(): Dependencies {
    return { context: this.#context.lookedUp, seen: this.#seenLookedUp };
  }

  get seqs(): readonly number[] {
    return this.#seqs;
  }

  /** What the events' addresses were attributed to, by sequence number. */
  get attributions(): ReadonlyMap<number, Attribution> {
    return this.#attributions;
  }

  /** The events in the order of work, read from the spool again. */
  get events(): readonly WaitingEvent[] {
    return this.#seqs.flatMap((seq) => this.#store.event(seq) ?? []);
  }

  get size(): number {
    return this.#seqs.length;
  }

  /**
   * Works on one more event and says what became of it.
   *
   * @param attribution what its addresses were attributed to the first time, where this is a repetition
   */
  add(event: ParsedEvent, attribution?: Attribution): Worked {
    const seen: SeenStore = {
      get: (key) => this.#seen.get(key) ?? this.#seenUntilNow(key),
      set: (key, entry) => this.#seen.set(key, entry),
    };
    const worked = this.#worker.work(event, this.#context.store, seen, attribution);
    const { seq, receivedMs, again } = event;
    const { outcome, points, quarantine, attribution: attributed } = worked;
    const place = this.#placesOfRepeated.get(seq) ?? this.#seqs.push(seq) - 1;
    this.#outcomes[place] = outcome;
    this.#lineCounts[place] = points.length;
    if (again) {
      this.#placesOfRepeated.set(seq, place);
      this.#quarantine.delete(seq);
      this.#attributions.delete(seq);
    }
    if (quarantine !== undefined) this.#quarantine.set(seq, quarantine);
    if (attributed !== undefined) this.#attributions.set(seq, attributed);
    if (!again) this.#arrivedMs = Math.max(this.#arrivedMs ?? 0, receivedMs);
    this.lines.addPoints(points, seq);
    return worked;
  }

  #seenUntilNow(key: string): SeenEntry | undefined {
    const entry = this.#seenBefore.get(key) ?? this.#store.seen(key);
    // What is not there can't be forgotten.
    if (entry !== undefined) this.#seenLookedUp.add(key);
    return entry;
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
    for (const [place, seq] of this.#seqs.entries()) {
      const own = refused.get(seq) ?? [];
      const [first] = own;
      const event = first === undefined ? undefined : this.#store.event(seq);
      if (first !== undefined && event !== undefined && own.length === this.#lineCounts[place]) {
        outcomes.quarantined += 1;
        quarantine.push(quarantineItem(parseEvent(event), 'event', first.reason, first.message));
        continue;
      }
      const item = this.#quarantine.get(seq);
      if (item !== undefined) quarantine.push(item);
      outcomes[this.#outcomes[place] ?? 'written'] += 1;
      const receivedMs = event?.receivedMs ?? nowMs;
      quarantine.push(...own.map((refusal) => refusedLine(seq, receivedMs, refusal)));
    }
    return {
      seqs: this.#seqs,
      outcomes,
      ...this.changes,
      quarantine,
      nowMs: this.#arrivedMs ?? nowMs,
    };
  }
}

function refusedLine(seq: number, receivedMs: number, { line, reason, message }: Refusal): QuarantineItem {
  return {
    kind: 'line',
    reason,
    at: receivedMs,
    name: line.text.slice(0, line.text.indexOf(',')),
    detail: message.slice(0, 2000),
    seq,
    receivedMs,
    content: `${line.text} ${line.time}`,
  };
}
