import { type Resolution, ROLLUPS, type Rollup, type RollupDefinition } from '../points/rollup-schema.js';
import { type Window, windowAt, windowMs } from '../rollups/windows.js';

/** What is made at once: some windows of one family. */
export type Piece = { readonly rollup: Rollup; readonly windows: readonly Window[] };

/** What is made one after the other: the windows that begin in one hour, or those of one day. */
export type Chunk = {
  /** When its windows begin, ms since 1970. */
  readonly start: number;
  readonly stop: number;
  readonly pieces: readonly Piece[];
};

export type BackfillRange = {
  /** ms since 1970 */
  readonly from: number;
  readonly to: number;
  /** Windows that are not over by then are left to the tasks. */
  readonly now: number;
  /** Windows that begin before are left alone: some of their raw points may be gone, or their rollups are not kept. */
  readonly keptFrom: number;
};

/** InfluxDB holds in memory what a query reads, so few windows are made at once. */
const SHORT_AT_ONCE = 3;

const HOUR = windowMs('1h');
const DAY = windowMs('1d');

const floor = (time: number, width: number) => Math.floor(time / width) * width;

/**
 * Every window that a range touches, whole: hour by hour, and each day behind its hours. Windows that are not over and those that may
 * have lost raw points are not among them.
 */
export function planBackfill(range: BackfillRange): readonly Chunk[] {
  const chunks: Chunk[] = [];
  const add = (start: number, width: number, resolutions: readonly Resolution[]) => {
    const pieces = (Object.keys(ROLLUPS) as Rollup[]).flatMap((rollup) =>
      piecesOf(rollup, start, start + width, resolutions, range),
    );
    if (pieces.length > 0) chunks.push({ start, stop: start + width, pieces });
  };
  for (let day = floor(range.from, DAY); day < range.to; day += DAY) {
    const last = Math.min(day + DAY, range.to);
    for (let hour = Math.max(day, floor(range.from, HOUR)); hour < last; hour += HOUR)
      add(hour, HOUR, ['5m', '1h']);
    add(day, DAY, ['1d']);
  }
  return chunks;
}

function piecesOf(
  rollup: Rollup,
  start: number,
  stop: number,
  resolutions: readonly Resolution[],
  { now, keptFrom }: BackfillRange,
): readonly Piece[] {
  const definition: RollupDefinition = ROLLUPS[rollup];
  return definition.resolutions
    .filter((resolution) => resolutions.includes(resolution))
    .flatMap((resolution) => {
      const width = windowMs(resolution);
      const windows: Window[] = [];
      for (let at = start; at < stop; at += width)
        if (at >= keptFrom && at + width <= now) windows.push(windowAt(resolution, at));
      return inPieces(rollup, windows);
    });
}

function inPieces(rollup: Rollup, windows: readonly Window[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index < windows.length; index += SHORT_AT_ONCE)
    pieces.push({ rollup, windows: windows.slice(index, index + SHORT_AT_ONCE) });
  return pieces;
}
