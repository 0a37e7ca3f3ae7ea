import { FAMILY_IMPORTS, familyFlux, pointsFlux, type RollupBuckets } from '../rollups/family-flux.js';
import type { Chunk } from './plan.js';

/** How far a backfill is. */
export type BackfillProgress = {
  /** Values written so far. */
  readonly values: number;
  /** From 0 to 1. */
  readonly share: number;
};

export type BackfillOptions = {
  readonly chunks: readonly Chunk[];
  readonly buckets: RollupBuckets;
  /** Runs Flux and gives its rows. */
  readonly query: (flux: string) => Promise<readonly Record<string, unknown>[]>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BackfillProgress) => void;
};

export type BackfillResult = {
  /** Values written: fields of points. */
  readonly values: number;
  /** Where it was stopped, ms since 1970: everything that begins before is made. */
  readonly stoppedAt: number | undefined;
};

/**
 * Makes rollups chunk by chunk. Stops between two queries when told to; what has been made stays, and making it again changes
 * nothing.
 *
 * @throws whatever `query` throws
 */
export async function backfill(options: BackfillOptions): Promise<BackfillResult> {
  const { chunks, buckets, query, signal, onProgress } = options;
  const total = chunks.reduce((sum, { pieces }) => sum + pieces.length, 0);
  let values = 0;
  let done = 0;
  for (const { start, stop, pieces } of chunks) {
    const withPoints = new Map<string, boolean>();
    for (const { rollup, windows } of pieces) {
      if (signal.aborted) return { values, stoppedAt: start };
      const has =
        withPoints.get(rollup) ??
        sumOf(await query(pointsFlux(rollup, new Date(start), new Date(stop), buckets))) > 0;
      withPoints.set(rollup, has);
      if (has) values += sumOf(await query(`${FAMILY_IMPORTS}\n\n${familyFlux(rollup, windows, buckets)}`));
      done += 1;
      onProgress({ values, share: done / total });
    }
  }
  return { values, stoppedAt: undefined };
}

const sumOf = (rows: readonly Record<string, unknown>[]) =>
  rows.reduce((sum, row) => sum + Number(row['_value'] ?? 0), 0);
