import test from 'ava';
import fc from 'fast-check';
import { tagText } from '../../src/points/line.js';
import {
  CONTEXT_TAGS,
  IDENTITY_TAGS,
  type IdentifiedMeasurement,
  MEASUREMENTS,
} from '../../src/points/schema.js';
import { SeriesWriter } from '../../src/points/series-writer.js';

const IDENTIFIED = (Object.keys(MEASUREMENTS) as (keyof typeof MEASUREMENTS)[]).filter(
  (name): name is IdentifiedMeasurement => MEASUREMENTS[name].identified,
);

const value = fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }), { nil: undefined });
const tags = (names: readonly string[]) => fc.record(Object.fromEntries(names.map((name) => [name, value])));
const contextTags = fc.uniqueArray(fc.constantFrom(...Object.keys(CONTEXT_TAGS)));
const anything = contextTags.chain((names) =>
  fc.tuple(fc.constant(names), tags(Object.keys(IDENTITY_TAGS)), tags(names)),
);

test('a series has all tags in the order of their names, whichever context tags are wanted', (t) => {
  const further = tags([...new Set(IDENTIFIED.flatMap((name) => Object.keys(MEASUREMENTS[name].tags)))]);
  fc.assert(
    fc.property(
      anything,
      further,
      fc.constantFrom(...IDENTIFIED),
      ([names, identity, context], extra, measurement) => {
        const all = [
          ...Object.keys(IDENTITY_TAGS).map((name) => [name, identity[name]] as const),
          ...names.map((name) => [name, context[name]] as const),
          ...Object.keys(MEASUREMENTS[measurement].tags).map((name) => [name, extra[name]] as const),
        ];
        const sorted = [...all].sort(([one], [other]) => (one < other ? -1 : 1));
        const expected = measurement + sorted.map(([name, text]) => tagText(name, text)).join('');
        const writer = new SeriesWriter(identity, context, names);
        t.is(writer.known('local'), undefined);
        t.is(writer.series(measurement, 'local', extra), expected);
        t.is(writer.known('local'), expected);
        t.is(writer.series(measurement, 'local', {}), expected, 'it is kept under its name');
      },
    ),
  );
});
