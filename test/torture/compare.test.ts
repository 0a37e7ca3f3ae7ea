import test from 'ava';
import { compareDumps } from '../../torture/compare.js';

const row = (field: string, value: unknown, participant = '1') =>
  JSON.stringify({ _field: field, _measurement: 'zoom_qos', _time: 'T', _value: value, participant });

const EXPECTED = [row('latency_ms', 12), row('jitter_ms', 3), row('latency_ms', 14, '2')];

test('equal contents differ in nothing, whatever their order', (t) => {
  t.deepEqual(compareDumps(EXPECTED, [...EXPECTED].reverse()), { missing: [], extra: [], different: [] });
});

test('a value that is not there is missing', (t) => {
  const [first = '', ...rest] = EXPECTED;
  t.deepEqual(compareDumps(EXPECTED, rest), { missing: [first], extra: [], different: [] });
});

test('a value of another series is extra, also where its number is one that is expected', (t) => {
  const other = row('latency_ms', 12, '3');
  t.deepEqual(compareDumps(EXPECTED, [...EXPECTED, other]), { missing: [], extra: [other], different: [] });
});

test('another value in the same place is different, and neither missing nor extra', (t) => {
  const [first = '', ...rest] = EXPECTED;
  const other = row('latency_ms', 12.5);
  t.deepEqual(compareDumps(EXPECTED, [other, ...rest]), {
    missing: [],
    extra: [],
    different: [{ expected: first, found: other }],
  });
});

test('a text that looks like a number is not that number', (t) => {
  const { different } = compareDumps([row('user', '12')], [row('user', 12)]);
  t.is(different.length, 1);
});
