import { ROLLUPS, type Rollup, type RollupDefinition } from '../points/rollup-schema.js';
import { fluxFloat, fluxString, fluxStrings } from './flux-text.js';
import { type Aggregate, RECIPES, type Recipe } from './recipes.js';
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
  const family = describe(rollup);
  return [
    namesFlux(family),
    readFlux(family, buckets.bucket),
    pickFlux(),
    rollUpFlux(family, buckets.rollupBucket),
    ...windows.map((window, index) => windowFlux(family, window, index)),
  ].join('\n\n');
}

/** A way to sum up values: what it is called here, and the Flux for it. */
type Sum = { readonly name: string; readonly flux: string; readonly fields: readonly string[] };

type Family = {
  readonly rollup: Rollup;
  readonly definition: RollupDefinition;
  /** Raw tags that points are grouped by: the family's, and the id of a list. */
  readonly groupedBy: readonly string[];
  /** The field that holds the id of a list as a text, and the raw tag with it. */
  readonly list: { readonly field: string; readonly tag: string } | undefined;
  readonly distinct: { readonly of: string; readonly tags: readonly string[] } | undefined;
  readonly rawFields: readonly string[];
  readonly sums: readonly Sum[];
  /** Names of fields by raw field and sum. */
  readonly names: ReadonlyMap<string, string>;
};

function describe(rollup: Rollup): Family {
  const definition: RollupDefinition = ROLLUPS[rollup];
  const rawFields = new Set<string>();
  const sums = new Map<string, Sum>();
  const names = new Map<string, string>();
  let list: Family['list'];
  let distinct: Family['distinct'];
  for (const [field, recipe] of Object.entries(RECIPES[rollup]) as [string, Recipe][]) {
    if ('textOf' in recipe) list = { field, tag: recipe.textOf };
    else if ('distinct' in recipe) {
      distinct = { of: recipe.of, tags: recipe.distinct };
      names.set(`${recipe.of} distinct`, field);
    } else {
      const sum = sumOf(recipe.by);
      rawFields.add(recipe.of);
      sums.set(sum.name, { ...sum, fields: [...(sums.get(sum.name)?.fields ?? []), recipe.of] });
      names.set(`${recipe.of} ${sum.name}`, field);
    }
  }
  const groupedBy = list === undefined ? definition.tags : [...definition.tags, list.tag];
  return {
    rollup,
    definition,
    groupedBy,
    list,
    distinct,
    rawFields: [...rawFields],
    sums: [...sums.values()],
    names,
  };
}

function sumOf(by: Aggregate): Omit<Sum, 'fields'> {
  if (typeof by === 'object') {
    const [name, test] =
      'atLeast' in by ? ['atLeast', `>= ${fluxFloat(by.atLeast)}`] : ['below', `< ${fluxFloat(by.below)}`];
    // Nought is told as such where there are samples but none of these.
    return { name, flux: `filter(fn: (r) => r._value ${test}, onEmpty: "keep") |> count()` };
  }
  switch (by) {
    case 'p5':
      return { name: by, flux: 'quantile(q: 0.05, method: "exact_mean")' };
    case 'p95':
      return { name: by, flux: 'quantile(q: 0.95, method: "exact_mean")' };
    case 'per_minute':
      return { name: by, flux: 'sum()' };
    default:
      return { name: by, flux: `${by}()` };
  }
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

function readFlux({ rollup, definition, groupedBy, distinct, rawFields }: Family, bucket: string): string {
  const needed = NEEDED_TAG[rollup];
  const and = needed === undefined ? '' : ` and r.${needed} != ""`;
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
        |> keep(columns: ${fluxStrings([...groupedBy, ...distinct.tags, '_value'])})
        |> count()`;
  return `// The storage does this grouping.
read = (start, stop) =>
    from(bucket: ${fluxString(bucket)})
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == ${fluxString(definition.from)}${and})
        |> filter(fn: ${isOneOf(rawFields)})
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

function rollUpFlux({ definition, groupedBy, list, distinct, sums }: Family, rollupBucket: string): string {
  const parts = sums.map(
    ({ name, flux, fields }) =>
      `raw |> ${flux} |> pick(by: ${fluxString(name)}, fields: ${isOneOf(fields)}),`,
  );
  if (distinct !== undefined)
    parts.push(`readPeople(start: start, stop: stop)
                    |> group(columns: ${fluxStrings(groupedBy)})
                    |> count()
                    |> set(key: "_field", value: ${fluxString(distinct.of)})
                    |> pick(by: "distinct", fields: (r) => true),`);
  const perMinute = sums.some(({ name }) => name === 'per_minute');
  const minutes = perMinute ? '\n    minutes = float(v: int(v: stop) - int(v: start)) / 60000000000.0' : '';
  const value = perMinute ? 'if r._by == "per_minute" then r._value / minutes else r._value' : 'r._value';
  const tags = groupedBy.map(
    (tag) =>
      `                    ${tag}: if exists r.${tag} and r.${tag} != "" then r.${tag} else "${UNKNOWN}",`,
  );
  const time =
    list === undefined
      ? 'start'
      : `
                        time(
                            v: int(v: start) + int(v: uint(v: hash.xxhash64(v: r.${list.tag})) % uint(v: 3600000000000)),
                        )`;
  const write = `to(bucket: ${fluxString(rollupBucket)}, tagColumns: ${fluxStrings(definition.tags)})`;
  return `rollUp = (start, stop, measurement) => {${minutes}
    raw = read(start: start, stop: stop)

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
                    _time: ${time},
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
