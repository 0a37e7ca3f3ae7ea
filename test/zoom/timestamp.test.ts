import test from 'ava';
import fc from 'fast-check';
import { readEpoch, readTime } from '../../src/zoom/timestamp.js';
import { shown } from './shown.js';

const MOMENT = Date.UTC(2025, 9, 9, 8, 54, 0);

const TIMES: [unknown, number][] = [
  ['2025-10-09T08:54:00Z', MOMENT],
  ['2025-10-09t08:54:00z', MOMENT],
  ['2025-10-09 08:54:00', MOMENT],
  ['2025-10-09T08:54:00', MOMENT],
  [' 2025-10-09T08:54:00Z ', MOMENT],
  ['2025-10-09T08:54:00.000Z', MOMENT],
  ['2025-10-09T08:54:00.5Z', MOMENT + 500],
  ['2025-10-09T08:54:00.123999999Z', MOMENT + 123],
  ['2025-10-09T10:54:00+02:00', MOMENT],
  ['2025-10-09T10:54:00+0200', MOMENT],
  ['2025-10-09T03:24:00-05:30', MOMENT],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  [MOMENT, MOMENT],
  [String(MOMENT), MOMENT],
  [MOMENT / 1000, MOMENT],
];

for (const [value, expected] of TIMES)
  test(`${shown(value)} is read as ${new Date(expected).toISOString()}`, (t) => {
    t.is(readTime(value), expected);
  });

const NO_TIMES: unknown[] = [
  '',
  '-',
  'now',
  null,
  undefined,
  true,
  {},
  '2025-10-09',
  '2025-13-09T08:54:00Z',
  '2025-02-29T08:54:00Z',
  '2025-04-31T08:54:00Z',
  '2025-10-09T24:00:00Z',
  '2025-10-09T08:60:00Z',
  '2025-10-09T08:54:60Z',
  '2025-10-09T08:54:00+2',
  '1969-12-31T23:59:59Z',
  '2010-12-31T23:59:59Z',
  '2100-01-01T00:00:00Z',
  '9999-12-31T00:00:00Z',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0,
];

for (const value of NO_TIMES)
  test(`${shown(value)} is no time of a sample`, (t) => {
    t.is(readTime(value), undefined);
  });

const EPOCHS: [unknown, number | undefined][] = [
  [1_760_000_061_000, 1_760_000_061_000],
  [1_760_000_061_000.7, 1_760_000_061_000],
  ['1760000061000', 1_760_000_061_000],
  [' 1760000061000 ', 1_760_000_061_000],
  [1_760_000_061, 1_760_000_061_000],
  ['1760000061', 1_760_000_061_000],
  ['1760000061000x', undefined],
  ['17600000610001', undefined],
  ['2025-10-09T08:54:00Z', undefined],
  ['', undefined],
  [null, undefined],
  [1_760_000_061_000_000, undefined],
];

for (const [value, expected] of EPOCHS)
  test(`event_ts ${shown(value)} is ${expected ?? 'not read'}`, (t) => t.is(readEpoch(value), expected));

test('every second from 2011 to 2099 is read from its ISO form', (t) => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2011-01-01'), max: new Date('2099-12-31') }), (date) => {
      if (Number.isNaN(date.getTime())) return;
      t.is(readTime(date.toISOString()), date.getTime());
    }),
  );
});
