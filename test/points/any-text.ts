import fc from 'fast-check';

const PIECES = [
  '"',
  ',',
  '=',
  ' ',
  '\\',
  '\\\\',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u0007',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\ufffe',
  '\u202e',
  '\u200f',
  'אבג',
  'é',
  'e\u0301',
  '🦩',
  '👩‍👩‍👧',
  '\ud83e',
  '\udd8a',
  'a',
  'Z',
  '0',
  '-',
  '#',
  '%',
  "'",
  '{',
  '|',
];

const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((list) => list.join(''));
const codeUnits = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units));
const long = fc
  .tuple(fc.constantFrom(...PIECES), fc.constantFrom(...PIECES))
  .map((two) => two.join('').repeat(10_000).slice(0, 10_000));
const words = fc.constantFrom(
  '',
  ' ',
  '-',
  'N/A',
  'null',
  'Na',
  'unknown',
  'WIN',
  '16778240',
  '851 0000-0001',
  'C:\\',
);

/** Texts of every kind that line protocol, JSON, CSV or InfluxDB could stumble over. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: pieces },
  { weight: 2, arbitrary: codeUnits },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: words },
  { weight: 1, arbitrary: long },
);
