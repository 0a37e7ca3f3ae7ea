import { FieldSet } from './field-set.js';
import type { Point } from './point-set.js';
import { MEASUREMENTS, type Measurement } from './schema.js';

/**
 * What an earlier event wrote for a participant and a moment: local series names, which have the time behind them where a point is of
 * another moment, and of each a sum with a bit for each field. Plain data.
 */
export type Written = {
  readonly at: number;
  readonly names: readonly string[];
  readonly sums: readonly number[];
  /** Where other events wrote the same: what they share. */
  readonly usual?: Usual;
};

/** Names and sums that many events share, and how the spool has packed them once it has. */
export type Usual = Pick<Written, 'names' | 'sums'> & { packed?: Buffer };

const FIELD_BITS: ReadonlyMap<Measurement, ReadonlyMap<string, number>> = new Map(
  (Object.keys(MEASUREMENTS) as Measurement[]).map((measurement) => [
    measurement,
    new Map(Object.keys(MEASUREMENTS[measurement].fields).map((field, index) => [field, 2 ** index])),
  ]),
);

/** The bit of each field by its place in a {@link FieldSet}. */
const PLACE_BITS: ReadonlyMap<Measurement, readonly number[]> = new Map(
  (Object.keys(MEASUREMENTS) as Measurement[]).map((measurement) => [
    measurement,
    new FieldSet(measurement).names.map((name) => FIELD_BITS.get(measurement)?.get(name) ?? 0),
  ]),
);

/** What these points write, to be remembered for {@link dropSuperseded}. `moment` is the one that the events share. */
export function writtenBy(points: readonly Point[], at: number, moment: number): Written {
  const sums = points.map(sumOf);
  const usual = USUAL.find((series) => isWrittenBy(series, points, sums, moment));
  if (usual !== undefined) return { at, names: usual.names, sums: usual.sums, usual };
  const names = points.map((point) => nameOf(point, moment));
  if (points.length <= MOST_POINTS && points.every((point) => isUsual(point, moment))) {
    USUAL.unshift({ names, sums });
    USUAL.length = Math.min(USUAL.length, MOST_USUAL);
  }
  return { at, names, sums };
}

/**
 * What events wrote lately. Zoom's write one or two dozens of such lists, thousands of events are remembered at a time, and those that
 * wrote the same share a list. One with many series is not compared with.
 */
const USUAL: Usual[] = [];
const MOST_USUAL = 32;
const MOST_POINTS = 64;
const LONGEST_NAME = 100;

/** The text of a notice is a piece of its event's, which is not to be kept for it. */
function isUsual({ measurement, local, time }: Point, moment: number): boolean {
  return time === moment && measurement !== 'zoom_notice' && local.length <= LONGEST_NAME;
}

function isWrittenBy(
  { names, sums }: Usual,
  points: readonly Point[],
  ownSums: readonly number[],
  moment: number,
): boolean {
  if (names.length !== points.length) return false;
  for (let place = 0; place < points.length; place += 1) {
    const point = points[place];
    if (point?.local !== names[place] || point?.time !== moment || ownSums[place] !== sums[place])
      return false;
  }
  return true;
}

/**
 * Of two events with a reading for the same participant, stream and moment, the one with the later `event_ts` wins, whatever the
 * order of arrival: fields that a later event has already written are taken out.
 *
 * @returns how many fields were taken out
 */
export function dropSuperseded(
  points: readonly Point[],
  at: number,
  moment: number,
  earlier: readonly Written[],
): number {
  let dropped = 0;
  for (const written of earlier) {
    if (written.at <= at) continue;
    for (const point of points) {
      const place = written.names.lastIndexOf(nameOf(point, moment));
      dropped += drop(point.measurement, point.fields, written.sums[place] ?? 0);
    }
  }
  return dropped;
}

function sumOf({ measurement, fields }: Point): number {
  const bits = PLACE_BITS.get(measurement) ?? [];
  let sum = 0;
  for (let place = 0; place < bits.length; place += 1)
    if (fields.valueAt(place) !== undefined) sum += bits[place] ?? 0;
  return sum;
}

function nameOf({ local, time }: Point, moment: number): string {
  return time === moment ? local : `${local} ${time}`;
}

function drop(measurement: Measurement, fields: FieldSet, sum: number): number {
  let dropped = 0;
  for (const [field, bit] of FIELD_BITS.get(measurement) ?? [])
    if (Math.floor(sum / bit) % 2 === 1 && fields.delete(field)) dropped += 1;
  return dropped;
}
