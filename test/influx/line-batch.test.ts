import test from 'ava';
import { type BatchLine, precisionOf, renderLine } from '../../src/influx/line-batch.js';

const line = (time: number): BatchLine => ({ text: 'm,t=1 f=1', time, seq: 1 });

test('times on whole seconds are written as seconds', (t) => {
  t.is(precisionOf([line(1_760_000_040_000), line(0)]), 's');
  t.is(renderLine(line(1_760_000_040_000), 's'), 'm,t=1 f=1 1760000040');
});

test('one time between two seconds makes the batch one of milliseconds', (t) => {
  t.is(precisionOf([line(1_760_000_040_000), line(1_760_000_040_001)]), 'ms');
  t.is(renderLine(line(1_760_000_040_001), 'ms'), 'm,t=1 f=1 1760000040001');
});

test('times before 1970 keep their precision', (t) => {
  t.is(precisionOf([line(-1_000)]), 's');
  t.is(renderLine(line(-1_000), 's'), 'm,t=1 f=1 -1');
  t.is(precisionOf([line(-1)]), 'ms');
});
