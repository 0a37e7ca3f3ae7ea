import test from 'ava';
import fc from 'fast-check';
import { contentHash, seenKey } from '../../src/spool/seen.js';

test('equal bytes have equal hashes, others do not', (t) => {
  t.is(contentHash(Buffer.from('{"a":1}')), contentHash(Buffer.from('{"a":1}')));
  t.not(contentHash(Buffer.from('{"a":1}')), contentHash(Buffer.from('{"a":1} ')));
  t.is(contentHash(Buffer.alloc(0)).length, 16);
});

test('keys of an earlier minute come first, whatever their hash', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_000_000_000_000 }),
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.string(),
      fc.string(),
      (earlier, minutes, one, other) => seenKey(earlier, one) < seenKey(earlier + minutes * 60_000, other),
    ),
  );
  t.pass();
});

test('readings within one minute share the beginning of their key, and differ by what they are of', (t) => {
  const minute = 1_760_000_040_000;
  t.is(seenKey(minute, 'p').slice(0, 4), seenKey(minute + 59_999, 'q').slice(0, 4));
  t.is(seenKey(minute, 'p'), seenKey(minute + 1, 'p'));
  t.not(seenKey(minute, 'p'), seenKey(minute, 'q'));
});

test('times that no clock should show make a key all the same', (t) => {
  for (const time of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300]) t.is(seenKey(time, 'p').length, 16);
});
