import type { Worked } from '../pipeline/work.js';
import type { EventOutcome } from '../spool/counts.js';
import type { Row } from './summary.js';

/** How a replay of the archive has gone so far. */
export type ArchiveSummary = Record<EventOutcome, number> & {
  read: number;
  skipped: number;
  /** Damaged parts of files; how many events were in them is not known. */
  damaged: number;
  /** Points that InfluxDB took. */
  points: number;
  /** Points that it refused. */
  refused: number;
  /** Why events became what they did, by reason. */
  readonly reasons: Record<EventOutcome, Record<string, number>>;
};

export function newArchiveSummary(): ArchiveSummary {
  return {
    read: 0,
    skipped: 0,
    damaged: 0,
    written: 0,
    repeated: 0,
    ignored: 0,
    quarantined: 0,
    points: 0,
    refused: 0,
    reasons: { written: {}, repeated: {}, ignored: {}, quarantined: {} },
  };
}

export function countWorked(summary: ArchiveSummary, { outcome, reason }: Worked): void {
  summary[outcome] += 1;
  if (reason === undefined) return;
  const reasons = summary.reasons[outcome];
  reasons[reason] = (reasons[reason] ?? 0) + 1;
}

/** The rows of the table at the end. */
export function archiveSummaryRows(summary: ArchiveSummary): Row[] {
  const { read, skipped, written, repeated, ignored, quarantined, damaged, points, refused } = summary;
  const damagedRows: Row[] = damaged === 0 ? [] : [['damaged parts', damaged, 'of archive files']];
  const refusedRows: Row[] = refused === 0 ? [] : [['refused points', refused, 'by InfluxDB']];
  return [
    ['read', read],
    ['taken', written],
    ['repeated', repeated],
    withReasons('ignored', ignored, summary.reasons.ignored),
    withReasons('not usable', quarantined, summary.reasons.quarantined),
    ['skipped by time', skipped],
    ...damagedRows,
    ['points', points],
    ...refusedRows,
  ];
}

function withReasons(what: string, count: number, reasons: Readonly<Record<string, number>>): Row {
  return count === 0 ? [what, count] : [what, count, Object.keys(reasons).sort().join(', ')];
}
