import { ROLLUPS } from '../../../src/points/rollup-schema.js';
import { computed } from './computed.js';
import type { FieldOf, RolledMeasurement, Rollup, RollupFieldOf, SharedTag } from './names.js';
import { type Aggregate, DASHBOARD_RANGE, type Range, Stream, union, type Where } from './stream.js';
import { indented, literal, literals } from './text.js';

/** The longest range for which raw points are read rather than rollups, as a Flux duration. */
export const RAW_UP_TO = '15m';

/** The longest range for which rollups of five minutes are read rather than those of an hour. */
export const FIVE_MINUTES_UP_TO = '2d';

/** Name of the hidden variable of each dashboard that holds the name of the rollup bucket. */
export const ROLLUP_BUCKET = 'rollup_bucket';

/**
 * Flux definitions: `every`, the width of windows, is what fits the panel, but never finer than the data; `isShort` tells
 * whether raw points are read.
 */
export const WINDOW_BY_RANGE = [
  'span = int(v: v.timeRangeStop) - int(v: v.timeRangeStart)',
  `isShort = span <= int(v: ${RAW_UP_TO})`,
  `isMedium = span <= int(v: ${FIVE_MINUTES_UP_TO})`,
  'finest = if isShort then 1m else if isMedium then 5m else 1h',
  'every = if int(v: v.windowPeriod) < int(v: finest) then finest else v.windowPeriod',
].join('\n');

/** Flux definition of `every` for what is always read from raw points: never under a minute. */
export const WINDOW_OF_RAW = 'every = if int(v: v.windowPeriod) < int(v: 1m) then 1m else v.windowPeriod';

/**
 * The hours in which the range begins and ends, whole: points of the hourly lists lie anywhere in their hour. Needs the import
 * `date`.
 */
export const WHOLE_HOURS: Range = {
  start: 'date.truncate(t: v.timeRangeStart, unit: 1h)',
  stop: 'date.add(d: 1h, to: date.truncate(t: date.sub(d: 1ns, from: v.timeRangeStop), unit: 1h))',
};

/**
 * Sums of windows by tags. The windows of each series are made first, where the data are: four times as quick as windows of what was
 * brought together.
 */
export function windowSums<Tag extends string>(
  stream: Stream<Tag>,
  by: readonly (Tag | '_field')[],
  every?: string,
): Stream<Tag> {
  return stream
    .window('sum', every)
    .group(...by)
    .window('sum', every);
}

/** The definition of the measurement that {@link rolled} reads. */
export function rolledMeasurement(family: Rollup): string {
  return `${family}_rolled = if isMedium then ${literal(`${family}_5m`)} else ${literal(`${family}_1h`)}`;
}

/** Fields of the rollups of a family, at the resolution that fits the range. Needs {@link rolledMeasurement}. */
export function rolled<R extends Rollup>(
  family: R,
  fields: readonly RollupFieldOf<R>[],
  range?: Range,
): Stream<SharedTag<R>> {
  return Stream.from(`"\${${ROLLUP_BUCKET}}"`, `${family}_rolled`, fields, range);
}

/** A field of the raw points that a family of rollups is made from. */
export function rawOf<R extends Rollup>(
  family: R,
  field: FieldOf<(typeof ROLLUPS)[R]['from']>,
  range?: Range,
): Stream<SharedTag<R>> {
  return Stream.from('v.defaultBucket', literal(ROLLUPS[family].from), [field], range);
}

/**
 * A stream that is one or another, by the length of the range; both must have the same columns. Follows the definitions of
 * {@link WINDOW_BY_RANGE} and its own.
 *
 * @param name what it is called in the query
 * @param before definitions that the two need
 */
export function byRange<Tag extends string>(
  name: string,
  short: Stream<string> | string,
  long: Stream<string> | string,
  before: readonly string[] = [],
): Stream<Tag> {
  return new Stream<Tag>(
    [name],
    [
      ...before,
      `${name}_short = () =>\n${indented(String(short))}`,
      `${name}_long = () =>\n${indented(String(long))}`,
      `${name} = if isShort then ${name}_short() else ${name}_long()`,
    ],
  );
}

/** A field of a measurement of the rollup bucket, whatever the range. @param measurement such as `zoom_place_1d` */
export function ofRollups<R extends Rollup>(
  measurement: RolledMeasurement & `${R}_${string}`,
  fields: readonly RollupFieldOf<R>[],
  range: Range,
): Stream<SharedTag<R>> {
  return Stream.from(`"\${${ROLLUP_BUCKET}}"`, literal(measurement), fields, range);
}

/** A mean over samples: how it comes from raw points, and as the quotient of two sums of rollups. */
export type Mean<R extends Rollup> = {
  readonly raw: FieldOf<(typeof ROLLUPS)[R]['from']>;
  /** For the share of samples that are somehow: 1 for those and 0 for others, as a Flux expression of `r._value`. */
  readonly rate?: string;
  readonly sum: RollupFieldOf<R>;
  readonly samples: RollupFieldOf<R>;
  /** 100 for percent. */
  readonly times?: number;
};

/** What a query of {@link means} is about. */
export type MeansOptions<R extends Rollup, Name extends string> = {
  readonly family: R;
  /** The columns wanted, by name. */
  readonly means: Readonly<Record<Name, Mean<R>>>;
  /** The tags that rows stand for; without any, one row for everything. */
  readonly by: readonly SharedTag<R>[];
  readonly where?: Where<SharedTag<R>>;
  /** A row for each window of the range rather than one for all of it. */
  readonly overTime?: boolean;
  /** Another range than that of the dashboard, of the same length. */
  readonly range?: Range;
  /** What its definitions are called, where a query has more than one of these. */
  readonly name?: string;
};

/**
 * Means over samples, by tags, from raw points for short ranges and from rollups for longer ones. Rows have the tags, a column for
 * each mean under its name, a column `samples` and, over time, `_time`; they stand in one table, or over time in one for each set
 * of tags.
 *
 * @returns a stream that follows the definitions of {@link WINDOW_BY_RANGE} and its own
 */
export function means<R extends Rollup, Name extends string>(
  options: MeansOptions<R, Name>,
): Stream<SharedTag<R>> {
  const { by, overTime = false, name = 'rows' } = options;
  const rowKey = [...(by.length === 0 && !overTime ? ['all'] : by), ...(overTime ? ['_time'] : [])];
  const pivot = `pivot(rowKey: ${literals(rowKey)}, columnKey: ["_field"], valueColumn: "_value")`;
  const toRows = (stream: Stream<SharedTag<R>>) => {
    const loose = stream.pipe('group()');
    return (by.length === 0 && !overTime ? loose.pipe('set(key: "all", value: "all")') : loose).pipe(pivot);
  };
  const rows = byRange<SharedTag<R>>(name, shortRows(options, toRows), longRows(options, toRows), [
    rolledMeasurement(options.family),
  ]);
  return overTime ? rows.group(...by).pipe('sort(columns: ["_time"])') : rows;
}

type ToRows<R extends Rollup> = (stream: Stream<SharedTag<R>>) => Stream<SharedTag<R>>;

function shortRows<R extends Rollup, Name extends string>(
  { family, by, where = {}, overTime = false, range = DASHBOARD_RANGE, means: wanted }: MeansOptions<R, Name>,
  toRows: ToRows<R>,
): Stream<SharedTag<R>> {
  const fold = (stream: Stream<SharedTag<R>>, fn: Aggregate) =>
    overTime ? stream.window(fn) : stream.aggregate(fn);
  const entries = Object.entries<Mean<R>>(wanted);
  const streams = entries.map(([name, { raw, rate, times }]) => {
    const samples = rawOf(family, raw, range)
      .where(where)
      .group(...by);
    const rated = rate === undefined ? samples : samples.pipe(computed({ _value: rate }));
    const scaled = fold(rated, 'mean').pipe(`set(key: "_field", value: ${literal(name)})`);
    return times === undefined
      ? scaled
      : scaled.pipe(`map(fn: (r) => ({r with _value: r._value * ${times}.0}))`);
  });
  const [first] = entries;
  if (first !== undefined && !overTime)
    streams.push(
      rawOf(family, first[1].raw, range)
        .where(where)
        .group(...by)
        .pipe('count()', 'toFloat()', 'set(key: "_field", value: "samples")'),
    );
  return toRows(new Stream([union(streams)]));
}

function longRows<R extends Rollup, Name extends string>(
  { family, by, where = {}, overTime = false, range = DASHBOARD_RANGE, means: wanted }: MeansOptions<R, Name>,
  toRows: ToRows<R>,
): Stream<SharedTag<R>> {
  const entries = Object.entries<Mean<R>>(wanted);
  const fields = [...new Set(entries.flatMap(([, { sum, samples }]) => [sum, samples]))];
  const narrowed = rolled(family, fields, range).where(where);
  const tags = [...by, '_field'] as const;
  const summed = overTime ? windowSums(narrowed, tags) : narrowed.group(...tags).aggregate('sum');
  const quotients = Object.fromEntries(
    entries.map(([name, { sum, samples, times }]) => {
      const isThere = `exists r.${sum} and exists r.${samples} and r.${samples} > 0.0`;
      const quotient = `r.${sum} / r.${samples}${times === undefined ? '' : ` * ${times}.0`}`;
      return [name, `if ${isThere} then ${quotient} else debug.null(type: "float")`];
    }),
  );
  const kept = [...by, ...(overTime ? ['_time'] : [])];
  const [first] = entries;
  const counted = overTime || first === undefined ? {} : { samples: `r.${first[1].samples}` };
  return toRows(summed).pipe(computed({ ...counted, ...quotients }, kept));
}
