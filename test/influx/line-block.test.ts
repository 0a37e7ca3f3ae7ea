import test from 'ava';
import fc from 'fast-check';
import { type BatchLine, precisionOf, renderLine } from '../../src/influx/line-batch.js';
import { LineBlock } from '../../src/influx/line-block.js';

const lineOf = ([text, time, seq]: readonly [string, number, number]): BatchLine => ({
  text: `m,t=1 f="${text}"`,
  time,
  seq,
});

const anyLines = fc
  .array(fc.tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer(), fc.nat()), { maxLength: 60 })
  .map((all) => all.map(lineOf));

test('a block is sent as its lines would be, one by one', (t) => {
  fc.assert(
    fc.property(anyLines, (lines) => {
      const block = LineBlock.of(lines);
      const precision = precisionOf(lines);
      t.is(block.length, lines.length);
      const [part, ...others] = block.parts();
      t.deepEqual(others, [], 'few lines are one request');
      t.is(part?.precision, precision);
      t.is(part?.body, lines.map((line) => renderLine(line, precision)).join('\n'));
    }),
  );
});

test('its lines come out as they went in, line breaks in texts included', (t) => {
  fc.assert(fc.property(anyLines, (lines) => t.deepEqual(LineBlock.of(lines).toLines(), lines)));
});

test('it grows with what is put in', (t) => {
  const lines = Array.from({ length: 3_000 }, (_, seq) => lineOf(['ü'.repeat(seq % 50), 1_000, seq]));
  t.deepEqual(LineBlock.of(lines).toLines(), lines);
});

test('lines are counted by measurement', (t) => {
  const block = new LineBlock();
  block.add({ text: 'a,t=1 f=1', time: 1, seq: 1 });
  block.add({ text: 'b,t=1 f=1', time: 1, seq: 1, measurement: 'b' });
  block.add({ text: 'a,t=2 f=1', time: 1, seq: 2 });
  t.deepEqual(block.counts, { a: 2, b: 1 });
});
