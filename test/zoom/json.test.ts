import test from 'ava';
import fc from 'fast-check';
import { asList, isRecord, parseJson } from '../../src/zoom/json.js';

const LONG: [string, unknown][] = [
  ['{"id":9007199254740993}', { id: '9007199254740993' }],
  ['{"id": 6900000000000000778 }', { id: '6900000000000000778' }],
  ['{"id":-9007199254740993}', { id: '-9007199254740993' }],
  ['{"id":\n9007199254740993}', { id: '9007199254740993' }],
  ['[9007199254740993,1]', ['9007199254740993', 1]],
  ['[1,9007199254740993]', [1, '9007199254740993']],
  ['{"id":9007199254740991}', { id: 9_007_199_254_740_991 }],
  ['{"id":1000000000000000}', { id: 1_000_000_000_000_000 }],
  ['{"id":85100000001}', { id: 85_100_000_001 }],
  ['{"id":"9007199254740993"}', { id: '9007199254740993' }],
  [
    '{"t":"a, 9007199254740993 b","id":9007199254740993}',
    { t: 'a, 9007199254740993 b', id: '9007199254740993' },
  ],
  ['{"t":"\\": 9007199254740993","n":1}', { t: '": 9007199254740993', n: 1 }],
  ['{"t":"\\\\","id":9007199254740993}', { t: '\\', id: '9007199254740993' }],
  ['{"9007199254740993":9007199254740993}', { '9007199254740993': '9007199254740993' }],
  ['{"id":9007199254740993,"f":0.30000000000000004}', { id: '9007199254740993', f: 0.30000000000000004 }],
  ['{"id":9007199254740993,"f":-0.12345678901234566}', { id: '9007199254740993', f: -0.12345678901234566 }],
  ['{"id":9007199254740993,"f":12345678901234567.5}', { id: '9007199254740993', f: 12_345_678_901_234_568 }],
  [
    '{"id":9007199254740993,"f":12345678901234567e2}',
    { id: '9007199254740993', f: 1_234_567_890_123_456_800 },
  ],
  ['{"id":9007199254740993,"f":1e0000000000000000002}', { id: '9007199254740993', f: 100 }],
  ['{"id":9007199254740993,"f":1E-0000000000000000002}', { id: '9007199254740993', f: 0.01 }],
];

for (const [text, expected] of LONG)
  test(`${JSON.stringify(text)} keeps every digit`, (t) => t.deepEqual(parseJson(text), expected));

test('of a key that comes twice the later value stands', (t) => {
  t.deepEqual(parseJson('{"a":1,"a":2}'), { a: 2 });
});

test('a byte order mark in front is skipped, a second one is not JSON', (t) => {
  t.deepEqual(parseJson('\ufeff{"a":1}'), { a: 1 });
  t.throws(() => parseJson('\ufeff\ufeff{"a":1}'), { instanceOf: SyntaxError });
});

test('__proto__ is a key like any other and changes no object', (t) => {
  const value = parseJson('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
  t.true(isRecord(value));
  t.true(isRecord(value) && Object.hasOwn(value, '__proto__'));
  t.false('polluted' in {});
});

for (const text of ['', ' ', '{', '{"a":1}x', "{'a':1}", '{"a":NaN}', '{"a":01}', 'undefined'])
  test(`${JSON.stringify(text)} is not JSON`, (t) => {
    t.throws(() => parseJson(text), { instanceOf: SyntaxError });
  });

test('anything that is JSON comes out as JSON.parse reads it, long whole numbers as text', (t) => {
  fc.assert(
    fc.property(fc.json(), fc.bigInt({ min: 2n ** 53n, max: 10n ** 30n }), (json, long) => {
      const parsed = parseJson(`{"long":${long},"rest":${json}}`);
      t.true(isRecord(parsed) && parsed['long'] === String(long));
      const plain: unknown = JSON.parse(json);
      if (!/\d{16}/.test(json) && isRecord(parsed)) t.deepEqual(parsed['rest'], plain);
    }),
  );
});

test('a list stays, nothing is an empty list, a single object a list of one', (t) => {
  t.deepEqual(asList([1, 2]), [1, 2]);
  t.deepEqual(asList(undefined), []);
  t.deepEqual(asList(null), []);
  t.deepEqual(asList({ a: 1 }), [{ a: 1 }]);
  t.false(isRecord([]));
  t.false(isRecord(null));
});
