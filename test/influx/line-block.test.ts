import test from 'ava';
import fc from 'fast-check';
import { type BatchLine, precisionOf, renderLine } from '../../src/influx/line-batch.js';
import { LineBlock } from '../../src/influx/line-block.js';
import { FieldSet } from '../../src/points/field-set.js';
import { fieldSetText } from '../../src/points/line.js';
import type { Point } from '../../src/points/point-set.js';

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
      t.is(part?.bytes.toString(), lines.map((line) => renderLine(line, precision)).join('\n'));
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

test('many lines are two requests: all of a measurement in one of them, in their order, with their precision', (t) => {
  const shares = { zoom_qos: 1_500, zoom_score: 900, zoom_cpu: 400, zoom_wifi: 1 };
  const lines = Object.entries(shares)
    .flatMap(([measurement, count]) =>
      Array.from({ length: count }, (_, seq) => ({
        text: `${measurement},t=1 f="ü${seq}"`,
        // A time in between the seconds, in one measurement alone.
        time: 1_760_000_000_000 + seq * 1_000 + (measurement === 'zoom_cpu' && seq === 7 ? 1 : 0),
        seq,
      })),
    )
    .sort((left, right) => left.seq - right.seq);
  const parts = LineBlock.of(lines).parts();
  t.deepEqual(
    parts.map((part) => part.lines().length),
    [1_500, 1_301],
  );
  for (const part of parts)
    t.is(
      part.bytes.toString(),
      part
        .lines()
        .map((line) => renderLine(line, part.precision))
        .join('\n'),
    );
  t.deepEqual(
    parts.map(({ precision }) => precision),
    ['s', 'ms'],
  );
  const of = (name: string) => lines.filter(({ text }) => text.startsWith(`${name},`));
  t.deepEqual(parts[0]?.lines(), of('zoom_qos'));
  for (const name of ['zoom_score', 'zoom_cpu', 'zoom_wifi'])
    t.deepEqual(
      parts[1]?.lines().filter(({ text }) => text.startsWith(`${name},`)),
      of(name),
    );
});

test('many lines of one measurement, and few lines of several, are one request', (t) => {
  const lines = Array.from({ length: 3_000 }, (_, seq) => lineOf(['x', 1_000, seq]));
  t.is(LineBlock.of(lines).parts().length, 1);
  const few = ['a', 'b', 'c'].map((name, seq) => ({ text: `${name},t=1 f=1`, time: 1_000, seq }));
  t.is(LineBlock.of(few).parts().length, 1);
});

test('what is put in after the parts were made is in the parts that are made then', (t) => {
  const block = LineBlock.of([lineOf(['x', 1_000, 1])]);
  t.is(block.parts()[0]?.bytes.toString(), 'm,t=1 f="x" 1');
  block.add(lineOf(['y', 2_000, 2]));
  t.is(block.parts()[0]?.bytes.toString(), 'm,t=1 f="x" 1\nm,t=1 f="y" 2');
});

test('blocks of any length that are made ready in turn hold nothing of one another', (t) => {
  const blockOf = (letter: string, count: number) =>
    LineBlock.of(Array.from({ length: count }, (_, seq) => lineOf([letter.repeat(40), 1_000, seq])));
  const expected = (letter: string, count: number) =>
    Array.from({ length: count }, () => `m,t=1 f="${letter.repeat(40)}" 1`).join('\n');
  const long = blockOf('a', 2_000);
  t.is(long.parts()[0]?.bytes.toString(), expected('a', 2_000));
  const short = blockOf('b', 3);
  t.is(short.parts()[0]?.bytes.toString(), expected('b', 3), 'nothing of the long one behind it');
  long.add(lineOf(['c', 1_000, 1]));
  t.is(
    long.parts()[0]?.bytes.toString(),
    `${expected('a', 2_000)}\nm,t=1 f="c" 1`,
    'nothing of the short one in front',
  );
});

const pointOf = (
  measurement: 'zoom_qos' | 'zoom_participant',
  values: Record<string, number | string>,
): Point => ({
  measurement,
  series: `${measurement},site=Zürich\\ 1`,
  local: measurement,
  time: 1_760_000_000_000,
  fields: FieldSet.of(measurement, values),
});

test('points are put in as their lines would be', (t) => {
  const numbers = fc.dictionary(
    fc.constantFrom('bitrate_kbps', 'latency_ms', 'loss_avg_pct', 'poor'),
    fc.oneof(fc.double(), fc.integer({ min: -100, max: 100_000 })),
  );
  const texts = fc.dictionary(
    fc.constantFrom('name', 'email', 'topic', 'device_text'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(numbers, texts), { maxLength: 8 }), (all) => {
      const points = all.flatMap(([qos, person]) => [
        pointOf('zoom_qos', qos),
        pointOf('zoom_participant', person),
      ]);
      const lines = LineBlock.ofPoints(points, 7).toLines();
      t.deepEqual(
        lines.map((line) => renderLine(line, 'ms')),
        points.flatMap(({ measurement, series, fields, time }) => {
          const text = fieldSetText(measurement, fields);
          return text === undefined ? [] : [`${series} ${text} ${time}`];
        }),
      );
      t.true(lines.every(({ seq }) => seq === 7));
    }),
  );
});

test('what is given back is there no more, and the next block may lie in its place', (t) => {
  const blockOf = (letter: string) =>
    LineBlock.of(Array.from({ length: 2_000 }, (_, seq) => lineOf([letter.repeat(40), 1_000, seq])));
  const block = blockOf('a');
  const sent = Buffer.from(block.parts()[0]?.bytes ?? '');
  const lines = block.toLines();
  block.free();
  t.is(block.length, 0);
  t.deepEqual(block.toLines(), []);
  t.deepEqual(block.counts, {});
  block.free();
  const [next, other] = [blockOf('b'), blockOf('c')];
  t.is(next.parts()[0]?.bytes.length, sent.length);
  t.false(next.parts()[0]?.bytes.includes('c'));
  t.false(other.parts()[0]?.bytes.includes('b'));
  t.is(lines[0]?.text, `m,t=1 f="${'a'.repeat(40)}"`);
});

test('a short block behind a long one, and one that is freed twice, hold nothing of others', (t) => {
  const linesOf = (letter: string, count: number) =>
    Array.from({ length: count }, (_, seq) => ({
      text: `${letter},t=1 f="${letter.repeat(40)}"`,
      time: 1_000 * (seq + 1),
      seq,
    }));
  const long = LineBlock.of([...linesOf('a', 1_500), ...linesOf('b', 500)]);
  t.is(long.parts().length, 2);
  long.free();
  long.free();
  const [short, other] = [LineBlock.of(linesOf('c', 3)), LineBlock.of(linesOf('d', 2))];
  t.is(short.length, 3);
  t.deepEqual(short.counts, { c: 3 });
  t.deepEqual(other.counts, { d: 2 });
  t.deepEqual(
    short.toLines(),
    linesOf('c', 3).map(({ text, time, seq }) => ({ text, time, seq })),
  );
  t.is(
    other.parts()[0]?.bytes.toString(),
    linesOf('d', 2)
      .map((line) => renderLine(line, 's'))
      .join('\n'),
  );
});
