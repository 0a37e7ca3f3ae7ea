import { ROLLUPS } from '../../../src/points/rollup-schema.js';
import type { FieldOf, Rollup, RollupFieldOf, SharedTag } from './names.js';
import { type Aggregate, Stream, type Where } from './stream.js';
import { indented, literal, literals } from './text.js';

/** The longest range for which raw points are read rather than rollups, as a Flux duration. */
export const RAW_UP_TO = '3h';

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
  `finest = if isShort then 1m else if span <= int(v: ${FIVE_MINUTES_UP_TO}) then 5m else 1h`,
  'every = if int(v: v.windowPeriod) < int(v: finest) then finest else v.windowPeriod',
].join('\n');

/** Flux definition of `every` for what is always read from raw points: never under a minute. */
export const WINDOW_OF_RAW = 'every = if int(v: v.windowPeriod) < int(v: 1m) then 1m else v.windowPeriod';

/** Fields of the rollups of a family, at the resolution that fits the range. */
export function rolled<R extends Rollup>(
  family: R,
  fields: readonly RollupFieldOf<R>[],
): Stream<SharedTag<R>> {
  const measurement = `if span <= int(v: ${FIVE_MINUTES_UP_TO}) then ${literal(`${family}_5m`)} else ${literal(`${family}_1h`)}`;
  return Stream.from(`"\${${ROLLUP_BUCKET}}"`, `(${measurement})`, fields);
}

/** A field of the raw points that a family of rollups is made from. */
export function rawOf<R extends Rollup>(
  family: R,
  field: FieldOf<(typeof ROLLUPS)[R]['from']>,
): Stream<SharedTag<R>> {
  return Stream.from('v.defaultBucket', literal(ROLLUPS[family].from), [field]);
}

/** One sum of a query: what it is called, and how it comes from raw points and from rollups. */
export type Sum<R extends Rollup> = {
  readonly raw: {
    readonly field: FieldOf<(typeof ROLLUPS)[R]['from']>;
    readonly fn: Extract<Aggregate, 'count' | 'sum'>;
    /** A Flux condition on the row `r` with its `_value`: only such samples are taken. */
    readonly only?: string;
  };
  readonly rolled: RollupFieldOf<R>;
};

/** What a query of {@link sums} is about. */
export type SumsOptions<R extends Rollup, Name extends string> = {
  readonly family: R;
  readonly sums: Readonly<Record<Name, Sum<R>>>;
  /** The tags that rows stand for; without any, one row for everything. */
  readonly by: readonly SharedTag<R>[];
  readonly where?: Where<SharedTag<R>>;
  /** A row for each window of the range rather than one for all of it. */
  readonly overTime?: boolean;
};

/**
 * Sums over samples, by tags, from raw points for short ranges and from rollups for longer ones. Rows have the tags, a column
 * for each sum under its name and, over time, `_time`; they stand in one table, or over time in one for each set of tags.
 *
 * @returns a stream that follows the definitions of {@link WINDOW_BY_RANGE}
 */
export function sums<R extends Rollup, Name extends string>(
  options: SumsOptions<R, Name>,
): Stream<SharedTag<R>> {
  const { family, by, where = {}, overTime = false } = options;
  const entries = Object.entries<Sum<R>>(options.sums);
  const fold = (stream: Stream<SharedTag<R>>, fn: Aggregate) =>
    overTime ? stream.window(fn) : stream.aggregate(fn);
  const fromRaw = entries.map(([name, { raw }]) => {
    const samples = rawOf(family, raw.field)
      .where(where)
      .group(...by);
    const taken = raw.only === undefined ? samples : samples.pipe(`filter(fn: (r) => ${raw.only})`);
    return fold(taken, raw.fn).pipe('toFloat()', `set(key: "_field", value: ${literal(name)})`);
  });
  const rolledFields = [...new Set(entries.map(([, { rolled: field }]) => field))];
  const fromRolled = fold(
    rolled(family, rolledFields)
      .where(where)
      .group(...by, '_field'),
    'sum',
  );
  const renamed = entries.filter(([name, { rolled: field }]) => name !== field);
  const names = renamed
    .map(([name, { rolled: field }]) => `if r._field == ${literal(field)} then ${literal(name)} else `)
    .join('');
  const named =
    renamed.length === 0
      ? fromRolled
      : fromRolled.pipe(`map(fn: (r) => ({r with _field: ${names}r._field}))`);
  const rowKey = overTime ? [...by, '_time'] : by.length === 0 ? ['all'] : by;
  const merged = new Stream<SharedTag<R>>([
    `(if isShort then ${unionOf(fromRaw)} else ${brackets(named)})`,
  ]).pipe('group()');
  const keyed = by.length === 0 && !overTime ? merged.pipe('set(key: "all", value: "all")') : merged;
  const rows = keyed.pipe(`pivot(rowKey: ${literals(rowKey)}, columnKey: ["_field"], valueColumn: "_value")`);
  return overTime ? rows.group(...by).pipe('sort(columns: ["_time"])') : rows;
}

function unionOf(streams: readonly Stream<string>[]): string {
  const [only] = streams;
  if (only !== undefined && streams.length === 1) return brackets(only);
  return `union(tables: [\n${streams.map((stream) => indented(String(stream), '    ')).join(',\n')},\n  ])`;
}

function brackets(stream: Stream<string>): string {
  return `(\n${indented(String(stream), '    ')}\n  )`;
}
