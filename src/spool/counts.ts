import { entriesOf, type SpoolTables } from './environment.js';

/** What became of the events. `accepted` is always the sum of the others. */
export type EventCounts = {
  readonly accepted: number;
  readonly written: number;
  readonly repeated: number;
  readonly ignored: number;
  readonly quarantined: number;
  readonly waiting: number;
};

/** What an event can become. */
export type EventOutcome = 'written' | 'repeated' | 'ignored' | 'quarantined';

/** How many events became what, as kept in the transaction that drops them. */
export type OutcomeCounts = Readonly<Record<EventOutcome, number>>;

export const NO_OUTCOMES: OutcomeCounts = { written: 0, repeated: 0, ignored: 0, quarantined: 0 };

/** Keys of the meta table. */
export const META = {
  lastSeq: 'lastSeq',
  outcomes: 'outcomes',
  plan: 'plan',
  attributions: 'attributions',
  retry: 'retry',
  lastItem: 'lastItem',
  owner: 'owner',
  lastValidationAt: 'lastValidationAt',
} as const;

/** The last sequence number that was given out; 0 before the first event. */
export function readLastSeq({ meta, events }: SpoolTables): number {
  const stored = meta.get(META.lastSeq);
  const highest = [...events.getKeys({ reverse: true, limit: 1 })][0] ?? 0;
  return Math.max(typeof stored === 'number' ? stored : 0, highest);
}

/** What became of the events so far. */
export function readOutcomes({ meta }: SpoolTables): OutcomeCounts {
  return { ...NO_OUTCOMES, ...(meta.get(META.outcomes) as Partial<OutcomeCounts> | undefined) };
}

/** Reads all counts from one snapshot of the spool. `accepted` comes from the sequence, not from the sum of the others. */
export function readCounts(tables: SpoolTables): EventCounts {
  tables.root.resetReadTxn();
  return { accepted: readLastSeq(tables), ...readOutcomes(tables), waiting: entriesOf(tables.events) };
}
