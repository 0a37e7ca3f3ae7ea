import test from 'ava';
import type { BatchLine } from '../../src/influx/line-batch.js';
import { findRefused } from '../../src/influx/refused-lines.js';

const line = (text: string, time: number): BatchLine => ({ text, time, seq: time });

const RETENTION =
  'failure writing points to database: partial write: points beyond retention policy dropped=';
const conflict = (field: string, measurement: string, dropped: number) =>
  `failure writing points to database: partial write: field type conflict: input field "${field}" on measurement "${measurement}" is type float, already exists as type string dropped=${dropped}`;

test('beyond the retention it is the oldest lines that were refused', (t) => {
  const lines = [line('a,t=1 f=1', 30), line('b,t=1 f=1', 10), line('c,t=1 f=1', 20)];
  t.deepEqual(
    findRefused(lines, 2, `${RETENTION}2`).map(({ time }) => time),
    [10, 20],
  );
  t.deepEqual(
    lines.map(({ time }) => time),
    [30, 10, 20],
    'the batch itself keeps its order',
  );
});

test('the newer wording for the retention is understood', (t) => {
  const message =
    'partial write: dropped 1 points outside retention policy of duration 24h0m0s - oldest point dropped=1';
  t.is(findRefused([line('a,t=1 f=1', 2), line('b,t=1 f=1', 1)], 1, message)[0]?.time, 1);
});

test('more dropped than there are lines means all of them', (t) => {
  t.is(findRefused([line('a,t=1 f=1', 1)], 5, `${RETENTION}5`).length, 1);
});

test('in a conflict of types it is the lines of the measurement that have the field', (t) => {
  const lines = [
    line('zoom_qos,t=1 latency_ms=1,poor=0', 1),
    line('zoom_qos,t=1 poor=0', 2),
    line('zoom_qos,t=1 loss_avg_pct=1,latency_ms=1', 3),
    line('zoom_qos_summary,t=1 latency_ms=1', 4),
    line('zoom_qos,t=1 latency_ms_avg=1', 5),
  ];
  t.deepEqual(
    findRefused(lines, 2, conflict('latency_ms', 'zoom_qos', 2)).map(({ time }) => time),
    [1, 3],
  );
});

test('a reason that nothing is known about means every line that may be meant', (t) => {
  const lines = [line('a,t=1 f=1', 1), line('b,t=1 f=1', 2)];
  t.deepEqual(findRefused(lines, 1, 'partial write: something new dropped=1'), lines);
});

test('a conflict that fewer lines can be meant by than were dropped means every line', (t) => {
  const lines = [line('a,t=1 f=1', 1), line('b,t=1 f=1', 2)];
  t.deepEqual(findRefused(lines, 2, conflict('f', 'a', 2)), lines);
});
