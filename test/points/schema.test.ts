import test from 'ava';
import {
  CONTEXT_TAGS,
  IDENTITY_TAGS,
  MEASUREMENTS,
  type MeasurementDefinition,
} from '../../src/points/schema.js';
import { CONTEXT_TAG_NAMES } from '../../src/settings/context-tags.js';
import { fixtureSites, readFixtures } from './fixtures.js';
import { startFolding } from './folding.js';
import { readLine } from './line-reading.js';

const SCHEMA: Readonly<Record<string, MeasurementDefinition>> = MEASUREMENTS;

/** Numbers that have no unit: counts, scores, steps of a scale, yes or no. */
const WITHOUT_UNIT = new Set([
  'poor',
  'score',
  'grade',
  'mos',
  'count',
  'pressure_min',
  'pressure_avg',
  'pressure_max',
  'accepted',
  'written',
  'repeated',
  'ignored',
  'quarantined',
  'waiting',
  'rejected',
  'points',
  'lines_refused',
]);
const UNITS = ['kbps', 'ms', 'pct', 'fps', 'px', 'dbm', 'min', 's'];

const tagsOf = ({ identified, tags }: MeasurementDefinition, context: readonly string[]) =>
  [...(identified ? [...Object.keys(IDENTITY_TAGS), ...context] : []), ...Object.keys(tags)].sort();

const folding = startFolding({ findSite: await fixtureSites(), contextTags: CONTEXT_TAG_NAMES });
const read = (await readFixtures()).flatMap(({ body }) => folding.lines(body)).map(readLine);

for (const [measurement, definition] of Object.entries(SCHEMA)) {
  if (!definition.identified) continue;
  const lines = read.filter((line) => line.measurement === measurement);

  test(`${measurement} comes up in the fixtures`, (t) => t.true(lines.length > 0));

  test(`${measurement} has all its tags on every point, sorted, and no others`, (t) => {
    for (const { tags } of lines) t.deepEqual(Object.keys(tags), tagsOf(definition, CONTEXT_TAG_NAMES));
  });

  test(`${measurement} has fields of the schema only, of their type`, (t) => {
    for (const { fields } of lines)
      for (const [name, value] of Object.entries(fields))
        t.is(definition.fields[name]?.type, typeof value === 'number' ? 'float' : 'string', name);
  });
}

test('every measurement of a line is in the schema', (t) => {
  t.deepEqual(
    read.filter(({ measurement }) => SCHEMA[measurement] === undefined),
    [],
  );
});

test('every field that is not about the bridge itself comes up in the fixtures', (t) => {
  const seen = new Set(
    read.flatMap(({ measurement, fields }) => Object.keys(fields).map((name) => `${measurement} ${name}`)),
  );
  const missing = Object.entries(SCHEMA)
    .filter(([, { identified }]) => identified)
    .flatMap(([measurement, { fields }]) => Object.keys(fields).map((name) => `${measurement} ${name}`))
    .filter((name) => !seen.has(name));
  t.deepEqual(missing, []);
});

test('no name is a tag in one place and a field in another', (t) => {
  const definitions = Object.values(SCHEMA);
  const tags = new Set(definitions.flatMap((definition) => tagsOf(definition, Object.keys(CONTEXT_TAGS))));
  const fields = definitions.flatMap((definition) => Object.keys(definition.fields));
  t.deepEqual(
    fields.filter((name) => tags.has(name)),
    [],
  );
});

test('the settings offer exactly the context tags of the schema', (t) => {
  t.deepEqual([...CONTEXT_TAG_NAMES].sort(), Object.keys(CONTEXT_TAGS).sort());
});

test('a field name has one type wherever it stands', (t) => {
  const types = new Map<string, string>();
  for (const { fields } of Object.values(SCHEMA))
    for (const [name, { type }] of Object.entries(fields))
      t.is(types.get(name) ?? type, type, name) && types.set(name, type);
});

test('a number ends in its unit, unless it has none', (t) => {
  const numbers = Object.values(SCHEMA).flatMap(({ fields }) =>
    Object.entries(fields)
      .filter(([, { type }]) => type === 'float')
      .map(([name]) => name),
  );
  const bare = numbers.filter((name) => !UNITS.some((unit) => name.endsWith(`_${unit}`)));
  t.deepEqual(
    bare.filter((name) => !WITHOUT_UNIT.has(name)),
    [],
  );
});

test('no tag and no field has a name that InfluxDB keeps for itself', (t) => {
  const reserved = new Set([
    'time',
    '_field',
    '_measurement',
    '_value',
    '_time',
    '_start',
    '_stop',
    'result',
    'table',
  ]);
  for (const definition of Object.values(SCHEMA))
    for (const name of [
      ...tagsOf(definition, Object.keys(CONTEXT_TAGS)),
      ...Object.keys(definition.fields),
    ]) {
      t.false(reserved.has(name), name);
      t.regex(name, /^[a-z][a-z_]*$/);
    }
});

test('everything in the schema is explained', (t) => {
  for (const { pointPer, tags, fields } of Object.values(SCHEMA)) {
    t.not(pointPer, '');
    for (const about of [...Object.values(tags), ...Object.values(fields).map((field) => field.about)])
      t.not(about, '');
  }
});
