import { createHash } from 'node:crypto';
import type { Attribution } from '../points/attribution.js';
import type { ContextStore } from '../points/context.js';
import { LruMap } from '../points/lru-map.js';
import type { Timed } from '../points/timed.js';
import { type EventOutcome, META, NO_OUTCOMES, type OutcomeCounts, readOutcomes } from './counts.js';
import type { SpoolTables } from './environment.js';
import { requireOwnership } from './ownership.js';
import { type Arrived, packEvent, timesOf, unpackEvent, type WaitingEvent } from './packed-event.js';
import { packSeen, unpackSeen, whenSeen } from './packed-seen.js';
import type { QuarantineItem } from './quarantine-item.js';
import { SEEN_FOR_MS, type SeenEntry, seenMinute } from './seen.js';
import { SharedPieces } from './shared-pieces.js';
import { ROOM_TO_DRAIN_BYTES, requireRoom } from './storage-failure.js';

/** What one batch changes in the spool, all in one transaction. */
export type Commit = {
  readonly seqs: readonly number[];
  readonly outcomes: OutcomeCounts;
  readonly seen: ReadonlyMap<string, SeenEntry>;
  readonly context: ReadonlyMap<string, Timed>;
  readonly quarantine: readonly QuarantineItem[];
  /** What time it is, ms since 1970: decides what is forgotten. */
  readonly nowMs: number;
};

/** The batch after the one that is committed: its order, what changes from outside may tell differently later, what it rests on. */
export type Plan = {
  readonly seqs: readonly number[];
  readonly lines: { readonly length: number };
  readonly attributions: ReadonlyMap<number, Attribution>;
  readonly dependsOn: Dependencies;
};

/** Keys of context and seen-set that the points of a batch that is made already depend on. */
export type Dependencies = { readonly context: ReadonlySet<string>; readonly seen: ReadonlySet<string> };

const NO_DEPENDENCIES: Dependencies = { context: new Set(), seen: new Set() };

/** The context as a batch sees it. */
export type ContextView = {
  readonly store: ContextStore;
  readonly changes: ReadonlyMap<string, Timed>;
  readonly lookedUp: ReadonlySet<string>;
};

/** What is known of someone is kept this long after it was last added to. */
const CONTEXT_FOR_MS = 48 * 3_600_000;

/** How many old entries a small commit looks at; a large one at more, but takes long anyway. */
const PRUNE_STEP = 500;
const PRUNE_CONTEXT_STEP = 50;

/** How many participants' and meetings' contexts are kept in memory. */
const KEPT_CONTEXTS = 6_000;

/** Copies of events with values left out are dropped beyond this; events that were lost whole are not. */
const MAX_VALUE_COPIES = 10_000;

/** The spool as the writer sees it: takes events in order and drops them together with what they taught. */
export class WorkStore {
  readonly #tables: SpoolTables;
  readonly #owner: string | undefined;
  readonly #pieces = new SharedPieces();
  readonly #contexts = new LruMap<string, Timed>(KEPT_CONTEXTS);
  #contextCursor = '';
  #seenCursor = Buffer.alloc(1);
  #valueCopies: number;
  #itemsWhenCounted: number | undefined;

  /** @param owner whose writer this is; changes nothing any more once another bridge has taken over */
  constructor(tables: SpoolTables, owner?: string) {
    this.#tables = tables;
    this.#owner = owner;
    this.#valueCopies = this.#countValueCopies();
  }

  #countValueCopies(): number {
    let count = 0;
    for (const { value } of this.#tables.quarantine.getRange()) if (value.kind === 'values') count += 1;
    return count;
  }

  /** Where it seems full of copies somebody may have dropped some meanwhile. */
  #recountValueCopies(): void {
    if (this.#valueCopies < MAX_VALUE_COPIES) return;
    const { quarantine } = this.#tables;
    this.#tables.root.resetReadTxn();
    const items = quarantine.getCount();
    if (items === this.#itemsWhenCounted) return;
    this.#itemsWhenCounted = items;
    this.#valueCopies = this.#countValueCopies();
  }

  /** Makes what others have committed since the last read visible. */
  refresh(): void {
    this.#tables.root.resetReadTxn();
  }

  /** Waiting events with a greater sequence number, oldest first. */
  *eventsAfter(seq: number, limit: number): Generator<WaitingEvent> {
    let last: number | undefined = seq;
    for (let count = 0; count < limit; count += 1) {
      last = this.arrivedAfter(last)?.seq;
      const event = last === undefined ? undefined : this.event(last);
      if (last === undefined || event === undefined) return;
      yield event;
    }
  }

  /** What puts the next waiting event in order, the one with the next greater sequence number; undefined where there is none. */
  arrivedAfter(seq: number): Arrived | undefined {
    // Numbers follow one another but for a few, and a look costs less than a search.
    return this.#arrived(seq + 1) ?? this.#arrived(this.#firstAfter(seq));
  }

  #firstAfter(seq: number): number | undefined {
    for (const next of this.#tables.events.getKeys({ start: seq + 1, limit: 1 })) return next;
    return undefined;
  }

  #arrived(seq: number | undefined): Arrived | undefined {
    const packed = seq === undefined ? undefined : this.#tables.events.getBinaryFast(seq);
    return seq === undefined || packed === undefined ? undefined : { seq, ...timesOf(packed) };
  }

  event(seq: number): WaitingEvent | undefined {
    const packed = this.#tables.events.getBinaryFast(seq);
    if (packed === undefined) return undefined;
    // What LMDB gives is overwritten by the next read.
    const { receivedMs, again, at, body } = unpackEvent(this.#pieces.copy(packed, packed.length));
    return at === undefined ? { seq, receivedMs, again, body } : { seq, receivedMs, again, at, body };
  }

  seen(key: string): SeenEntry | undefined {
    const packed = this.#tables.seen.get(Buffer.from(key, 'latin1'));
    return packed === undefined ? undefined : unpackSeen(packed);
  }

  /**
   * A view of the context that remembers its changes for {@link commit}, and what was asked for.
   *
   * @param before changes that are committed before these
   */
  contextView(before?: ReadonlyMap<string, Timed>): ContextView {
    const changes = new Map<string, Timed>();
    const lookedUp = new Set<string>();
    const store: ContextStore = {
      get: (key) => {
        const short = contextKey(key);
        lookedUp.add(short);
        return (
          changes.get(short) ?? before?.get(short) ?? this.#contexts.get(short) ?? this.#loadContext(short)
        );
      },
      set: (key, value) => {
        const short = contextKey(key);
        this.#contexts.set(short, value);
        changes.set(short, value);
      },
    };
    return { store, changes, lookedUp };
  }

  #loadContext(key: string): Timed | undefined {
    const known = this.#tables.context.get(key)?.known;
    if (known !== undefined) this.#contexts.set(key, known);
    return known;
  }

  /** The batch that was being written when the process ended, in its order. */
  plan(): readonly number[] {
    return readIds(this.#tables.meta.get(META.plan));
  }

  /** What the addresses of that batch's events were attributed to. Empty after a version that did not keep it. */
  plannedAttributions(): ReadonlyMap<number, Attribution> {
    const kept = this.#tables.meta.get(META.attributions);
    return new Map(Array.isArray(kept) ? (kept as [number, Attribution][]) : []);
  }

  /**
   * Fixes a batch before the first attempt to write it: its order, and what changes from outside may tell differently later.
   *
   * @throws {DiskFullError}
   */
  setPlan(seqs: readonly number[], attributions: ReadonlyMap<number, Attribution> = new Map()): void {
    requireRoom(this.#tables.folder, ROOM_TO_DRAIN_BYTES);
    this.#change(() => this.#putPlan(seqs, attributions));
  }

  #putPlan(seqs: readonly number[], attributions: ReadonlyMap<number, Attribution>): void {
    const { meta } = this.#tables;
    meta.putSync(META.plan, seqs);
    if (attributions.size === 0) meta.removeSync(META.attributions);
    else meta.putSync(META.attributions, [...attributions]);
  }

  /**
   * Drops a batch's events and keeps what they taught, and fixes the next batch as {@link setPlan} does: all of it or nothing.
   *
   * @throws {DiskFullError}
   */
  commit(commit: Commit, next?: Plan): void {
    const { folder, events, meta, seen, context } = this.#tables;
    requireRoom(folder, ROOM_TO_DRAIN_BYTES);
    if (commit.quarantine.length > 0) this.#recountValueCopies();
    this.#change(() => {
      for (const seq of commit.seqs) events.removeSync(seq);
      for (const [key, entry] of commit.seen) seen.putSync(Buffer.from(key, 'latin1'), packSeen(entry));
      for (const [key, known] of commit.context) context.putSync(key, { known, touched: commit.nowMs });
      for (const item of commit.quarantine) this.#addToQuarantine(item);
      meta.putSync(META.outcomes, addOutcomes(readOutcomes(this.#tables), commit.outcomes));
      if (next === undefined || next.lines.length === 0) {
        meta.removeSync(META.plan);
        meta.removeSync(META.attributions);
      } else this.#putPlan(next.seqs, next.attributions);
      this.#prune(commit, next?.dependsOn ?? NO_DEPENDENCIES);
    });
  }

  #addToQuarantine(item: QuarantineItem): void {
    if (item.kind === 'values') {
      if (this.#valueCopies >= MAX_VALUE_COPIES) return;
      this.#valueCopies += 1;
    }
    const { quarantine, meta } = this.#tables;
    const highest = [...quarantine.getKeys({ reverse: true, limit: 1 })][0] ?? 0;
    const given = meta.get(META.lastItem);
    // A number that a person has read never comes to mean something else.
    const id = Math.max(highest, typeof given === 'number' ? given : 0) + 1;
    meta.putSync(META.lastItem, id);
    quarantine.putSync(id, item);
  }

  #prune({ nowMs, seen }: Commit, needed: Dependencies): void {
    // Twice what came in, so that what is forgotten keeps up however large the batches are.
    this.#pruneSeen(nowMs, needed.seen, Math.max(PRUNE_STEP, 2 * seen.size));
    const { context } = this.#tables;
    const entries = [...context.getRange({ start: this.#contextCursor, limit: PRUNE_CONTEXT_STEP })];
    for (const { key, value } of entries) {
      if (value.touched > nowMs - CONTEXT_FOR_MS || needed.context.has(key)) continue;
      context.removeSync(key);
      this.#contexts.delete(key);
    }
    this.#contextCursor = entries.length < PRUNE_CONTEXT_STEP ? '' : (entries.at(-1)?.key ?? '');
  }

  /**
   * Goes round and round through the entries whose minute is over. Some of them can be young: late ones, and those of events that say
   * no time. They must not be what it stops at.
   */
  #pruneSeen(nowMs: number, needed: ReadonlySet<string>, limit: number): void {
    const { seen } = this.#tables;
    const end = Buffer.from(seenMinute(nowMs - SEEN_FOR_MS), 'latin1');
    const entries = [...seen.getRange({ start: this.#seenCursor, end, limit })];
    for (const { key, value } of entries)
      if ((whenSeen(value) ?? 0) <= nowMs - SEEN_FOR_MS && !needed.has(key.toString('latin1')))
        seen.removeSync(key);
    const last = entries.length < limit ? undefined : entries.at(-1);
    this.#seenCursor = last === undefined ? Buffer.alloc(1) : Buffer.from(last.key);
  }

  #change(change: () => void): void {
    this.#tables.root.transactionSync(() => {
      requireOwnership(this.#tables, this.#owner);
      change();
    });
  }

  /** Whether somebody wants items of the quarantine tried again. */
  wantsRetry(): boolean {
    return this.#tables.meta.get(META.retry) !== undefined;
  }

  /**
   * Takes what somebody wants tried again. Events go back among the waiting ones, under the numbers they had; lines stay where
   * they are until {@link settleLines}.
   */
  takeRetries(): { readonly seqs: readonly number[]; readonly lines: readonly RetriedLine[] } {
    const { events, meta, quarantine } = this.#tables;
    const lines: RetriedLine[] = [];
    const seqs: number[] = [];
    this.#change(() => {
      const back: Record<EventOutcome, number> = { ...NO_OUTCOMES };
      for (const id of readIds(meta.get(META.retry))) {
        const item = quarantine.get(id);
        if (item === undefined) continue;
        if (item.kind === 'line') {
          lines.push({ id, text: String(item.content) });
          continue;
        }
        quarantine.removeSync(id);
        if (events.get(item.seq) !== undefined) continue;
        const body = Buffer.from(item.content);
        events.putSync(item.seq, packEvent({ receivedMs: item.receivedMs, again: true, body }));
        seqs.push(item.seq);
        back[item.kind === 'event' ? 'quarantined' : 'written'] -= 1;
        if (item.kind === 'values') this.#valueCopies -= 1;
      }
      meta.putSync(META.outcomes, addOutcomes(readOutcomes(this.#tables), back));
      meta.removeSync(META.retry);
    });
    return { seqs, lines };
  }

  /** Removes lines from quarantine that are stored now. */
  settleLines(ids: readonly number[]): void {
    const { quarantine } = this.#tables;
    this.#change(() => {
      for (const id of ids) quarantine.removeSync(id);
    });
  }
}

/** A line of the quarantine that is tried again. */
export type RetriedLine = { readonly id: number; readonly text: string };

function readIds(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((id): id is number => typeof id === 'number') : [];
}

function addOutcomes(left: OutcomeCounts, right: OutcomeCounts): OutcomeCounts {
  return {
    written: left.written + right.written,
    repeated: left.repeated + right.repeated,
    ignored: left.ignored + right.ignored,
    quarantined: left.quarantined + right.quarantined,
  };
}

/** LMDB's keys are short; long ones, which nobody honest sends, keep their beginning and a hash. */
function contextKey(key: string): string {
  return key.length <= 400 ? key : `${key.slice(0, 200)}|${createHash('sha256').update(key).digest('hex')}`;
}
