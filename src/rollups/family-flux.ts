import type { Rollup } from '../points/rollup-schema.js';
import { describeFamily, type Family, PER_MINUTE } from './family.js';
import { fluxString, fluxStrings } from './flux-text.js';
import type { Window } from './windows.js';

/** The buckets that rollups are read from and written to. */
export type RollupBuckets = { readonly bucket: string; readonly rollupBucket: string };

/** What a tag holds where the raw points don't have it. */
const UNKNOWN = 'unknown';

/** A family that tells nothing where the raw points lack this tag. */
const NEEDED_TAG: Partial<Record<Rollup, string>> = { zoom_isp: 'isp' };

/** The packages that {@link familyFlux} uses. */
export const FAMILY_IMPORTS = ['import "contrib/qxip/hash"', 'import "date"', 'import "dict"'].join('\n');

/**
 * The Flux that makes windows of a family from the raw points and writes them, without its imports. A window is made from all its
 * raw points, so making it twice changes nothing. Each window yields how many values were written, under a name of its own.
 *
 * The storage groups points by tags as they are read; each window is a narrower range of what was read. Neither `window()`, which
 * copies row by row, nor `aggregateWindow()`, which makes a table for each series, is used: see docs/decisions/0012-rollups.md.
 */
export function familyFlux(rollup: Rollup, windows: readonly Window[], buckets: RollupBuckets): string {
  const family = describeFamily(rollup);
  return [
    namesFlux(family),
    readFlux(family, buckets.bucket),
    pickFlux(),
    rollUpFlux(family, buckets.rollupBucket),
    ...windows.map((window, index) => windowFlux(family, window, index)),
  ].join('\n\n');
}

/** The Flux that counts the raw values that a family is made from in a stretch of time. */
export function pointsFlux(rollup: Rollup, start: Date, stop: Date, buckets: RollupBuckets): string {
  const family = describeFamily(rollup);
  return `from(bucket: ${fluxString(buckets.bucket)})
    |> range(start: ${start.toISOString()}, stop: ${stop.toISOString()})
    |> filter(fn: (r) => r._measurement == ${fluxString(family.definition.from)}${andNeeded(rollup)})
    |> filter(fn: ${isOneOf(family.shares.flatMap(({ fields }) => fields))})
    |> group()
    |> count()`;
}

function andNeeded(rollup: Rollup): string {
  const needed = NEEDED_TAG[rollup];
  return needed === undefined ? '' : ` and r.${needed} != ""`;
}

const isOneOf = (fields: readonly string[]): string =>
  `(r) => ${[...new Set(fields)].map((field) => `r._field == ${fluxString(field)}`).join(' or ')}`;

function namesFlux({ names }: Family): string {
  const pairs = [...names].map(
    ([key, field]) => `        {key: ${fluxString(key)}, value: ${fluxString(field)}},`,
  );
  return `// What a sum of a raw field is called.
names =
    dict.fromList(
        pairs: [
${pairs.map((pair) => `    ${pair}`).join('\n')}
        ],
    )`;
}

function readFlux({ rollup, definition, groupedBy, distinct }: Family, bucket: string): string {
  const and = andNeeded(rollup);
  const people =
    distinct === undefined
      ? ''
      : `

// Whom the samples are from.
readPeople = (start, stop) =>
    from(bucket: ${fluxString(bucket)})
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == ${fluxString(definition.from)}${and})
        |> filter(fn: (r) => r._field == ${fluxString(distinct.of)})
        |> group(columns: ${fluxStrings([...groupedBy, ...distinct.tags])})
        // Without this, InfluxDB 2.8 counts in the storage, and tells tags of others where a series lacks one.
        |> keep(columns: ${fluxStrings([...groupedBy, ...distinct.tags, '_value'])})
        |> count()`;
  return `// The storage does this grouping.
read = (start, stop, fields) =>
    from(bucket: ${fluxString(bucket)})
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == ${fluxString(definition.from)}${and})
        |> filter(fn: fields)
        |> group(columns: ${fluxStrings([...groupedBy, '_field'])})
        |> keep(columns: ${fluxStrings([...groupedBy, '_field', '_time', '_value'])})${people}`;
}

function pickFlux(): string {
  return `// What a sum gives, of the fields that it is wanted of, in one table.
pick = (tables=<-, by, fields) =>
    tables
        |> group()
        |> filter(fn: fields)
        |> toFloat()
        |> set(key: "_by", value: by)`;
}

function rollUpFlux({ definition, groupedBy, list, distinct, shares }: Family, rollupBucket: string): string {
  const lines: string[] = [];
  const parts: string[] = [];
  for (const { name, fields, sums } of shares) {
    lines.push(`    ${name} = read(start: start, stop: stop, fields: ${isOneOf(fields)})`);
    for (const { flux, wanted } of sums) {
      const shared = wanted.size > 1 ? `${name}Summed` : `${name} |> ${flux}`;
      if (wanted.size > 1) lines.push(`    ${shared} = ${name} |> ${flux}`);
      for (const [by, of] of wanted)
        parts.push(`${shared} |> pick(by: ${fluxString(by)}, fields: ${isOneOf(of)}),`);
    }
  }
  if (distinct !== undefined)
    parts.push(`readPeople(start: start, stop: stop)
                    |> group(columns: ${fluxStrings(groupedBy)})
                    |> count()
                    |> set(key: "_field", value: ${fluxString(distinct.of)})
                    |> pick(by: "distinct", fields: (r) => true),`);
  const perMinute = shares.some(({ sums }) => sums.some(({ wanted }) => wanted.has(PER_MINUTE)));
  if (perMinute) lines.unshift('    minutes = float(v: int(v: stop) - int(v: start)) / 60000000000.0');
  const value = perMinute ? 'if r._by == "per_minute" then r._value / minutes else r._value' : 'r._value';
  const tags = groupedBy.map(
    (tag) =>
      `                    ${tag}: if exists r.${tag} and r.${tag} != "" then r.${tag} else "${UNKNOWN}",`,
  );
  const time =
    list === undefined
      ? ' start'
      : `
                        time(
                            v: int(v: start) + int(v: uint(v: hash.xxhash64(v: r.${list.tag})) % uint(v: 3600000000000)),
                        )`;
  const write = `to(bucket: ${fluxString(rollupBucket)}, tagColumns: ${fluxStrings(definition.tags)})`;
  return `rollUp = (start, stop, measurement) => {
${lines.join('\n')}

    // Every tag is written, whether or not the raw points have it.
    points =
        union(
            tables: [
${parts.map((part) => `                ${part}`).join('\n')}
            ],
        )
            |> map(
                fn: (r) => ({
${tags.join('\n')}
                    _measurement: measurement,
                    _time:${time},
                    _field: dict.get(dict: names, key: r._field + " " + r._by, default: ""),
                    _value: ${value},
                }),
            )
${list === undefined ? writePoints(write) : writeList(write, list, groupedBy)}
}`;
}

function writePoints(write: string): string {
  return `
    return points |> ${write} |> count()`;
}

/** Points of a list share series: each has a moment of its own in its hour, which its id tells. */
function writeList(
  write: string,
  { field, tag }: { field: string; tag: string },
  groupedBy: readonly string[],
): string {
  return `    numbers = points |> ${write} |> count()
    texts =
        points
            |> group(columns: ${fluxStrings(groupedBy)})
            |> limit(n: 1)
            |> group()
            |> map(fn: (r) => ({r with _field: ${fluxString(field)}, _value: r.${tag}}))
            |> ${write}
            |> count()

    return union(tables: [numbers, texts])`;
}

function windowFlux({ rollup }: Family, { resolution, start, stop }: Window, index: number): string {
  return `rollUp(
    start: ${start},
    stop: ${stop},
    measurement: ${fluxString(`${rollup}_${resolution}`)},
)
    |> yield(name: ${fluxString(`${resolution} ${index}`)})`;
}
