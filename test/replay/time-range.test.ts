import test from 'ava';
import { isWithin, readMoment } from '../../src/replay/time-range.js';

const READ: readonly [text: string, iso: string][] = [
  ['2026-01-15', '2026-01-15T00:00:00.000Z'],
  ['2026-01-15T10:20', '2026-01-15T10:20:00.000Z'],
  ['2026-01-15T10:20:30', '2026-01-15T10:20:30.000Z'],
  ['2026-01-15T10:20:30.5Z', '2026-01-15T10:20:30.500Z'],
  ['2026-01-15T10:20+01:00', '2026-01-15T09:20:00.000Z'],
];

for (const [text, iso] of READ)
  test(`${text} is ${iso}, whatever the time zone of this machine`, (t) => {
    t.is(new Date(readMoment(text) ?? 0).toISOString(), iso);
  });

test('what names no moment is none', (t) => {
  for (const text of [
    '',
    'now',
    '2026',
    '2026-1-5',
    '15.01.2026',
    '2026-02-30T25:00',
    '2026-13-01',
    '1768471200000',
  ])
    t.is(readMoment(text), undefined, text);
});

test('the first moment belongs to a range, the last one does not, and either may be left open', (t) => {
  t.deepEqual(
    [0, 1, 2, 3, 4].map((at) => isWithin({ from: 1, to: 3 }, at)),
    [false, true, true, false, false],
  );
  t.true(isWithin({ from: 1, to: undefined }, 1_000));
  t.true(isWithin({ from: undefined, to: 3 }, -1));
  t.true(isWithin({ from: undefined, to: undefined }, undefined));
  t.false(isWithin({ from: 1, to: undefined }, undefined));
});
