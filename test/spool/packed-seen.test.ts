import test from 'ava';
import fc from 'fast-check';
import { packSeen, unpackSeen, whenSeen } from '../../src/spool/packed-seen.js';
import { contentHash, type SeenEntry } from '../../src/spool/seen.js';

const arbitrary: fc.Arbitrary<SeenEntry> = fc.record({
  receivedMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  events: fc.array(
    fc.record(
      {
        hash: fc.uint8Array().map((bytes) => contentHash(bytes)),
        written: fc
          .record({
            at: fc.integer({ min: -(2 ** 53), max: 2 ** 53 }),
            series: fc.array(
              fc.tuple(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 0, max: 2 ** 53 })),
              { maxLength: 200 },
            ),
          })
          .map(({ at, series }) => ({
            at,
            names: series.map(([name]) => name),
            sums: series.map(([, sum]) => sum),
          })),
      },
      { requiredKeys: ['hash'] },
    ),
    { maxLength: 80 },
  ),
});

test('an entry comes out as it went in, with its time at hand', (t) => {
  fc.assert(
    fc.property(arbitrary, (entry) => {
      const packed = packSeen(entry);
      t.deepEqual(unpackSeen(packed), entry);
      t.is(whenSeen(packed), entry.receivedMs);
    }),
    { numRuns: 200 },
  );
});

test('what is packed does not change when the next is', (t) => {
  const one: SeenEntry = { receivedMs: 1, events: [{ hash: contentHash(Buffer.from('1')) }] };
  const packed = packSeen(one);
  packSeen({ receivedMs: 2, events: [{ hash: contentHash(Buffer.from('2')) }] });
  t.deepEqual(unpackSeen(packed), one);
});

test('as many events as are remembered, with as many series of the longest names, fit', (t) => {
  const written = {
    at: 1_760_000_061_000,
    names: Array.from(
      { length: 200 },
      (_, index) => `zoom_notice,${'ü'.repeat(index === 7 ? 4_000_000 : 20_000)}${index}`,
    ),
    sums: Array.from({ length: 200 }, () => 3),
  };
  const events = Array.from({ length: 512 }, (_, index) => ({
    hash: contentHash(Buffer.from(String(index))),
    ...(index < 2 ? { written } : {}),
  }));
  t.deepEqual(unpackSeen(packSeen({ receivedMs: 1, events })), { receivedMs: 1, events });
});

test('an entry that another version has packed is like none', (t) => {
  for (const first of [0, 2, 0x82, 0xd4]) {
    const packed = packSeen({ receivedMs: 1, events: [] });
    packed[0] = first;
    t.is(unpackSeen(packed), undefined);
    t.is(whenSeen(packed), undefined);
  }
});

test('damage never makes reading an entry fail', (t) => {
  const written = { at: 1_760_000_061_000, names: ['zoom_qos,audio_input', 'zoom_cpu'], sums: [3, 1] };
  const packed = packSeen({ receivedMs: 1, events: [{ hash: contentHash(Buffer.alloc(1)), written }] });
  for (let length = 0; length < packed.length; length += 1)
    t.notDeepEqual(unpackSeen(packed.subarray(0, length))?.events[0]?.written, written);
  fc.assert(
    fc.property(fc.nat(packed.length - 1), fc.nat(255), (place, byte) => {
      const damaged = Buffer.from(packed);
      damaged[place] = byte;
      t.notThrows(() => [unpackSeen(damaged), whenSeen(damaged)]);
    }),
  );
});
