import test from 'ava';
import fc from 'fast-check';
import { packEvent, unpackEvent } from '../../src/spool/packed-event.js';

test('every event comes out as it went in', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.boolean(),
      fc.uint8Array({ maxLength: 300 }),
      (receivedMs, again, bytes) => {
        const body = Buffer.from(bytes);
        t.deepEqual(unpackEvent(packEvent({ receivedMs, again, body })), { receivedMs, again, body });
      },
    ),
  );
});

test('a clock before 1970 and fractions of a millisecond do no harm', (t) => {
  const body = Buffer.from('{}');
  t.is(unpackEvent(packEvent({ receivedMs: -5, again: false, body })).receivedMs, 0);
  t.is(unpackEvent(packEvent({ receivedMs: 1.9, again: false, body })).receivedMs, 1);
});

test('the body of a packed event does not change with the bytes it was packed from', (t) => {
  const body = Buffer.from('before');
  const packed = packEvent({ receivedMs: 1, again: false, body });
  body.fill('x');
  t.is(unpackEvent(packed).body.toString(), 'before');
});
