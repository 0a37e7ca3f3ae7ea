import test from 'ava';
import fc from 'fast-check';
import {
  type Dimension,
  isAbsent,
  readMetric,
  readResolution,
  UNREADABLE,
} from '../../src/zoom/metric-value.js';
import { shown } from './shown.js';

const READABLE: [unknown, Dimension, number][] = [
  ['63 kbps', 'kbps', 63],
  ['0 kbps', 'kbps', 0],
  ['27.15kbps', 'kbps', 27.15],
  ['27.15 Kbps', 'kbps', 27.15],
  ['1,234 kbps', 'kbps', 1234],
  ['1,234,567.5 bps', 'kbps', 1234.5675],
  ['1.5 mbps', 'kbps', 1500],
  ['1.2 Mbps', 'kbps', 1200],
  ['2 gbps', 'kbps', 2_000_000],
  ['64000 bps', 'kbps', 64],
  ['12 kbit/s', 'kbps', 12],
  ['63.8', 'kbps', 63.8],
  [63, 'kbps', 63],
  ['134 ms', 'ms', 134],
  ['0ms', 'ms', 0],
  ['1.2 s', 'ms', 1200],
  ['0.1 s', 'ms', 100],
  ['1500 µs', 'ms', 1.5],
  ['1500 us', 'ms', 1.5],
  ['23', 'ms', 23],
  ['0.0%', 'pct', 0],
  ['1.9 %', 'pct', 1.9],
  ['23%', 'pct', 23],
  ['0.1', 'pct', 0.1],
  ['100%', 'pct', 100],
  ['12 fps', 'fps', 12],
  ['0 fps', 'fps', 0],
  ['-56', 'dbm', -56],
  [-75, 'dbm', -75],
  ['-35.5', 'dbm', -35.5],
  ['-35 dBm', 'dbm', -35],
  ['+4', 'dbm', 4],
  ['3.65', 'number', 3.65],
  [4.5, 'number', 4.5],
  [' 4.5 ', 'number', 4.5],
  ['007', 'number', 7],
];

for (const [value, dimension, expected] of READABLE)
  test(`${shown(value)} is ${expected} as ${dimension}`, (t) => {
    t.is(readMetric(value, dimension), expected);
  });

const REFUSED: [unknown, Dimension][] = [
  ['12abc', 'kbps'],
  ['Infinity', 'kbps'],
  ['NaN', 'kbps'],
  ['0x10', 'kbps'],
  ['1e3', 'kbps'],
  ['5 constructor', 'kbps'],
  ['5 tostring', 'ms'],
  ['63 ms', 'kbps'],
  ['63 kbps', 'ms'],
  ['12 fps', 'pct'],
  ['5 %', 'number'],
  ['1,2', 'kbps'],
  ['12,34 kbps', 'kbps'],
  ['1.2.3', 'ms'],
  ['.5', 'ms'],
  ['5.', 'ms'],
  ['- 5', 'dbm'],
  ['12 kbps 13', 'kbps'],
  ['9'.repeat(400), 'kbps'],
  [Number.POSITIVE_INFINITY, 'kbps'],
  [Number.NaN, 'kbps'],
  [true, 'kbps'],
  [{}, 'kbps'],
  [['63'], 'kbps'],
];

for (const [value, dimension] of REFUSED)
  test(`${shown(value)} is no value in ${dimension}, and that is told`, (t) => {
    t.is(readMetric(value, dimension), UNREADABLE);
  });

for (const value of ['', '  ', '-', '--', 'N/A', 'n/a', 'NA', 'null', 'None', 'undefined', null, undefined])
  test(`${shown(value)} says that there is no value`, (t) => {
    t.true(isAbsent(value));
    t.is(readMetric(value, 'kbps'), undefined);
    t.is(readResolution(value), undefined);
  });

for (const value of [0, '0', false, '0 kbps', 'no', 'nan', '—'])
  test(`${shown(value)} is something`, (t) => t.false(isAbsent(value)));

const SIZES: [string, number, number][] = [
  ['1280*720', 1280, 720],
  ['1280x720', 1280, 720],
  ['1920X1040', 1920, 1040],
  ['640 * 360', 640, 360],
  ['640×360', 640, 360],
  [' 0*0 ', 0, 0],
];

for (const [value, width, height] of SIZES)
  test(`the resolution ${value} is ${width} by ${height} pixels`, (t) => {
    t.deepEqual(readResolution(value), { width, height });
  });

for (const value of [
  '1280',
  '1280*',
  '*720',
  '1280*720p',
  '-1*5',
  '123456*1',
  '1.5*2',
  1280,
  ['1280*720'],
  {},
])
  test(`${shown(value)} is no resolution, and that is told`, (t) => {
    t.is(readResolution(value), UNREADABLE);
  });

test('a number with its unit is read as itself, whatever the number', (t) => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(finite, fc.constantFrom('', ' '), (value, blank) => {
      const text = value.toFixed(3);
      t.is(readMetric(`${text}${blank}ms`, 'ms'), Number(text));
      t.is(readMetric(value, 'ms'), value);
    }),
  );
});

test('whatever comes, the answer is a finite number, nothing, or that it can not be read', (t) => {
  const dimension = fc.constantFrom<Dimension>('kbps', 'ms', 'pct', 'fps', 'dbm', 'number');
  fc.assert(
    fc.property(fc.anything(), dimension, (value, unit) => {
      const answer = readMetric(value, unit);
      t.true(answer === undefined || answer === UNREADABLE || Number.isFinite(answer));
    }),
  );
});

test('digits, decimals and the unit that a dimension mostly has are the number that JavaScript reads', (t) => {
  const units = { kbps: ' kbps', ms: ' ms', pct: '%', fps: ' fps', dbm: '', number: '' } as const;
  const text = fc.stringMatching(/^-?[0-9]{1,12}(?:\.[0-9]{1,8})?$/);
  fc.assert(
    fc.property(text, fc.constantFrom(...(Object.keys(units) as Dimension[])), (number, dimension) => {
      t.is(readMetric(`${number}${units[dimension]}`, dimension), Number(number));
    }),
    { numRuns: 2_000 },
  );
});

for (const text of ['.5', '5.', '-.5', '1.2.3', '1-2', '--1', '5. kbps', '.5 kbps', ' kbps', '1 2 kbps'])
  test(`${shown(text)} is no number`, (t) => t.is(readMetric(text, 'kbps'), UNREADABLE));
