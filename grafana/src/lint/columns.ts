import { ROLLUPS } from '../../../src/points/rollup-schema.js';
import { CONTEXT_TAGS, IDENTITY_TAGS, MEASUREMENTS } from '../../../src/points/schema.js';

const OF_EVERY_TABLE = ['_time', '_value', '_field', '_measurement', '_start', '_stop'];

const STORED = new Set([
  ...OF_EVERY_TABLE,
  ...Object.keys(IDENTITY_TAGS),
  ...Object.keys(CONTEXT_TAGS),
  ...Object.values(MEASUREMENTS).flatMap(({ tags, fields }) => [
    ...Object.keys(tags),
    ...Object.keys(fields),
  ]),
  ...Object.values(ROLLUPS).flatMap(({ tags, fields }) => [...tags, ...Object.keys(fields)]),
]);

/** Names that a query gives columns itself: in records, by renaming, by setting, and from fields that it names. */
function named(query: string): Set<string> {
  const names = [
    ...query.matchAll(/[{,]\s*(?:r with\s+)?(\w+):/g),
    ...query.matchAll(/^\s*(\w+):/gm),
    ...query.matchAll(/\b\w+: "(\w+)"/g),
  ].map(([, name = '']) => name);
  return new Set(names);
}

/** Columns that a query reads and that neither the schema has nor the query itself makes. */
export function unknownColumns(query: string): string[] {
  const own = named(query);
  const read = [
    ...[...query.matchAll(/\b[rl]\.(\w+)/g)].map(([, name = '']) => name),
    ...[...query.matchAll(/(?:columns|rowKey|columnKey): \[([^\]]*)\]/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/"(\w+)"/g)].map(([, name = '']) => name),
    ),
    ...[...query.matchAll(/tag: "(\w+)"/g)].map(([, name = '']) => name),
  ];
  return [...new Set(read)].filter((name) => !STORED.has(name) && !own.has(name));
}

/** Measurements and fields that a query filters by and that the schema does not have. */
export function unknownNames(query: string): string[] {
  const measurements = new Set([
    ...Object.keys(MEASUREMENTS),
    ...Object.entries(ROLLUPS).flatMap(([name, { resolutions }]) =>
      resolutions.map((one) => `${name}_${one}`),
    ),
  ]);
  const ofMeasurement = [...query.matchAll(/r\._measurement == "([^"]*)"/g)].map(([, name = '']) => name);
  const ofField = [...query.matchAll(/r\._field == "([^"]*)"/g)].map(([, name = '']) => name);
  return [
    ...ofMeasurement.filter((name) => !measurements.has(name)),
    ...ofField.filter((name) => !STORED.has(name) && !named(query).has(name)),
  ];
}
