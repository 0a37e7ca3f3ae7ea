import test from 'ava';
import fc from 'fast-check';
import { LineBuffer } from '../../src/influx/line-buffer.js';
import { giveMemoryBack, takeMemory } from '../../src/influx/line-memory.js';

function told(put: (buffer: LineBuffer) => void): string {
  const buffer = new LineBuffer(1);
  put(buffer);
  return buffer.bytes.toString('utf8', 0, buffer.length);
}

const written = (value: number) => told((buffer) => buffer.putNumber(value));

const NUMBERS = [
  [0, 1, 9, 10, 99, 100, 101, 999_999_999, 1_000_000_000, 2 ** 53, 1e21, 1e-7],
  [0.1, 0.01, 0.05, 0.5, 0.3, 1.1, 4.35, 1.005, 0.001, 99.99, 100.01, 123_456_789.12, 999_999_999.99],
  [-0, -1, -0.5, -75, -35.25, 5e-324, 1.7976931348623157e308, -2.2250738585072014e-308],
].flat();

test('numbers are written as JavaScript writes them', (t) => {
  for (const value of NUMBERS) t.is(written(value), String(value));
});

test('any number is, too', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      t.is(written(value), String(value)),
    ),
  );
  const decimals = fc.tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.nat(4));
  fc.assert(
    fc.property(decimals, ([digits, places]) => {
      const value = digits / 10 ** places;
      t.is(written(value), String(value));
    }),
    { numRuns: 2_000 },
  );
});

test('texts, bytes and numbers stand behind one another, however much memory they need', (t) => {
  const text = told((buffer) => {
    for (let count = 0; count < 500; count += 1) {
      buffer.putText('ü😀 ');
      buffer.putByte(0x2c);
      buffer.putBytes(Buffer.from('name='));
      buffer.putNumber(count / 4);
    }
  });
  t.is(text, Array.from({ length: 500 }, (_, count) => `ü😀 ,name=${count / 4}`).join(''));
});

test('what is cut off is gone', (t) => {
  const text = told((buffer) => {
    buffer.putText('stays');
    const { length } = buffer;
    buffer.putText(' goes');
    buffer.cutTo(length);
    buffer.putText('!');
  });
  t.is(text, 'stays!');
});

test('memory that was given back is taken again, by one at a time', (t) => {
  const pieces: Buffer[] = Array.from({ length: 6 }, (_, index) => Buffer.alloc(100_000 + index));
  for (const piece of pieces) giveMemoryBack(piece);
  const taken = Array.from({ length: 6 }, () => takeMemory(100_000));
  t.is(new Set(taken).size, 6);
  t.is(taken.filter((piece) => pieces.includes(piece)).length, 4, 'no more are kept');
  t.true(taken.every(({ length }) => length >= 100_000));
});

test('memory that is too small, or was never worth keeping, is not given out', (t) => {
  giveMemoryBack(Buffer.alloc(1_000));
  t.true(takeMemory(2_000).length >= 2_000);
  const huge = Buffer.alloc(5 * 1024 * 1024);
  giveMemoryBack(huge);
  t.not(takeMemory(5 * 1024 * 1024), huge);
});
