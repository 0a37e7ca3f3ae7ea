import test from 'ava';
import type { BatchLine } from '../../src/influx/line-batch.js';
import { Tally } from '../../src/pipeline/tally.js';

const line = (text: string, time = 1): BatchLine => ({ text, time, seq: 1 });

test('points are counted by measurement, refused ones apart', (t) => {
  const tally = new Tally();
  const [one, two, three] = [line('a,t=1 f=1'), line('a,t=2 f=1'), line('b,t=1 f=1')];
  tally.delivered([one, two, three], [{ line: two, reason: 'influx_refused', message: 'no' }]);
  const { points, refusals, batches, distinct } = tally.snapshot();
  t.deepEqual(points, { a: 1, b: 1 });
  t.deepEqual(refusals, { influx_refused: 1 });
  t.is(batches, 1);
  t.is(distinct, undefined);
});

test('where points are told apart, one that is written again or in parts counts once', (t) => {
  const tally = new Tally(true);
  const refused = line('a,t=3 f=1');
  tally.delivered(
    [line('a,t=1 f=1'), line('a,t=1 g=2'), line('a,t=1 f=1', 2), line('a,t=x\\ y f=1'), refused],
    [{ line: refused, reason: 'influx_refused', message: 'no' }],
  );
  tally.delivered([line('a,t=1 f=1'), line('a,t=x\\ z f=1')], []);
  t.deepEqual(tally.snapshot().distinct, { a: 4 });
});

test('what was left out is counted by reason', (t) => {
  const tally = new Tally();
  const base = { lines: [], quarantine: undefined } as const;
  tally.worked({
    ...base,
    outcome: 'written',
    reason: undefined,
    omissions: [
      { reason: 'unknown_key', path: 'a' },
      { reason: 'unknown_key', path: 'b' },
      { reason: 'unreadable_value', path: 'c' },
    ],
    superseded: 3,
  });
  tally.worked({ ...base, outcome: 'ignored', reason: 'unknown_event', omissions: [], superseded: 0 });
  const { events, omissions, superseded } = tally.snapshot();
  t.deepEqual(events, { unknown_event: 1 });
  t.deepEqual(omissions, { unknown_key: 2, unreadable_value: 1 });
  t.is(superseded, 3);
});

test('a snapshot does not change with what comes after it', (t) => {
  const tally = new Tally();
  const before = tally.snapshot();
  tally.delivered([line('a,t=1 f=1')], []);
  t.deepEqual(before.points, {});
});
