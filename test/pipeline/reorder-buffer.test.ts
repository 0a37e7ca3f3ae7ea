import test from 'ava';
import fc from 'fast-check';
import { ReorderBuffer } from '../../src/pipeline/reorder-buffer.js';

const arrival = (at: number, receivedMs: number, item = `${at}`, tieBreak = item) => ({
  at,
  receivedMs,
  tieBreak,
  item,
});

function takeAll<Item>(buffer: ReorderBuffer<Item>, completeUntilMs: number): Item[] {
  const items: Item[] = [];
  for (let item = buffer.take(completeUntilMs); item !== undefined; item = buffer.take(completeUntilMs))
    items.push(item);
  return items;
}

test('an event leaves once everything that came within the settle time after it is there', (t) => {
  const buffer = new ReorderBuffer<string>(2_000, 100);
  buffer.push(arrival(50, 1_000));
  t.is(buffer.take(2_999), undefined);
  t.is(buffer.take(3_000), '50');
  t.is(buffer.take(3_000), undefined);
  t.is(buffer.size, 0);
});

test('what happened before it but came a little after it leaves first', (t) => {
  const buffer = new ReorderBuffer<string>(2_000, 100);
  buffer.push(arrival(50, 1_000));
  buffer.push(arrival(60, 1_200));
  buffer.push(arrival(40, 2_900));
  t.deepEqual(takeAll(buffer, 3_000), ['40', '50'], 'the one of 60 has to wait for its own time');
  t.deepEqual(takeAll(buffer, 3_200), ['60']);
});

test('events of the same moment leave in the order of their text, whichever came first', (t) => {
  for (const order of [
    ['a', 'b', 'c'],
    ['c', 'b', 'a'],
    ['b', 'c', 'a'],
  ]) {
    const buffer = new ReorderBuffer<string>(2_000, 100);
    for (const name of order) buffer.push(arrival(50, 1_000, name));
    t.deepEqual(takeAll(buffer, 9_000), ['a', 'b', 'c']);
  }
});

test('behind an event from far ahead, which stays through a backlog, nothing piles up of those that have left', (t) => {
  const buffer = new ReorderBuffer<string>(2_000, 100);
  buffer.push(arrival(9_000_000, 1_000, 'far ahead'));
  let left = 0;
  for (let count = 0; count < 50_000; count += 1) {
    buffer.push(arrival(count, 1_001 + count));
    if (!buffer.isFull) continue;
    t.not(buffer.take(60_000), 'far ahead');
    left += 1;
  }
  t.true(left > 49_000);
  t.true(buffer.listed < 2_000, String(buffer.listed));
  t.is(takeAll(buffer, 10_000_000).at(-1), 'far ahead');
  t.is(buffer.listed, 0);
});

test('a clock that is set back holds nothing up: an arrival in the future is not waited for', (t) => {
  const buffer = new ReorderBuffer<string>(2_000, 100);
  buffer.push(arrival(50, 5_000_000));
  t.deepEqual(takeAll(buffer, 1_000), ['50']);
});

test('a clock that is set back a little delays an event by the settle time at most', (t) => {
  const buffer = new ReorderBuffer<string>(2_000, 100);
  buffer.push(arrival(50, 10_000));
  buffer.push(arrival(60, 9_000));
  t.deepEqual(takeAll(buffer, 9_500), []);
  t.deepEqual(takeAll(buffer, 12_000), ['50', '60']);
});

test('more than half full, the oldest arrival is not held back', (t) => {
  const buffer = new ReorderBuffer<string>(2_000, 10);
  for (let index = 0; index < 10; index += 1) buffer.push(arrival(index, 1_000));
  t.true(buffer.isFull);
  t.deepEqual(takeAll(buffer, 1_000), ['0', '1', '2', '3', '4']);
  t.false(buffer.isFull);
  t.is(buffer.size, 5);
});

const arrivals = fc.array(
  fc.record({ at: fc.integer({ min: 0, max: 20_000 }), receivedMs: fc.integer({ min: 0, max: 20_000 }) }),
  { maxLength: 200 },
);

test('whatever comes in whatever order, nothing is lost and nothing leaves twice', (t) => {
  fc.assert(
    fc.property(
      arrivals,
      fc.integer({ min: 2, max: 50 }),
      fc.array(fc.nat(5), { maxLength: 50 }),
      (given, limit, pulls) => {
        const buffer = new ReorderBuffer<number>(2_000, limit);
        const left: number[] = [];
        for (const [index, { at, receivedMs }] of given.entries()) {
          while (buffer.isFull) {
            const item = buffer.take(receivedMs);
            if (item === undefined) return false;
            left.push(item);
          }
          buffer.push({ at, receivedMs, tieBreak: String(index), item: index });
          for (let pull = 0; pull < (pulls[index % Math.max(1, pulls.length)] ?? 0); pull += 1) {
            const item = buffer.take(receivedMs);
            if (item !== undefined) left.push(item);
          }
        }
        left.push(...takeAll(buffer, Number.POSITIVE_INFINITY));
        t.is(buffer.size, 0);
        t.deepEqual(
          left.toSorted((a, b) => a - b),
          given.map((_, index) => index),
        );
        return true;
      },
    ),
  );
});

test('what comes at most the settle time too late leaves in the order in which it happened', (t) => {
  const delayed = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 100_000 }), delay: fc.integer({ min: 0, max: 1_999 }) }),
    { minLength: 1, maxLength: 200 },
  );
  fc.assert(
    fc.property(delayed, (events) => {
      const coming = events
        .map(({ at, delay }, index) => ({ at, receivedMs: at + delay, tieBreak: String(index), item: at }))
        .sort((a, b) => a.receivedMs - b.receivedMs);
      const buffer = new ReorderBuffer<number>(2_000, 10_000);
      const left: number[] = [];
      for (const event of coming) {
        left.push(...takeAll(buffer, event.receivedMs - 0.5));
        buffer.push(event);
      }
      left.push(...takeAll(buffer, Number.POSITIVE_INFINITY));
      t.deepEqual(
        left,
        left.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('what settles ties is worked out once, and only of what happened at the same moment as something else', (t) => {
  const asked: string[] = [];
  const buffer = new ReorderBuffer<string>(2_000, 100, (item) => {
    asked.push(item);
    return item;
  });
  for (const [item, at] of [
    ['c', 1],
    ['alone', 2],
    ['a', 1],
    ['b', 1],
  ] as const)
    buffer.push({ at, receivedMs: 1, item });
  t.deepEqual(takeAll(buffer, 3_000), ['a', 'b', 'c', 'alone']);
  t.deepEqual(asked.toSorted(), ['a', 'b', 'c']);
});

test('how long the oldest could have left is told, not how many are held', (t) => {
  const buffer = new ReorderBuffer<string>(2_000, 100);
  t.is(buffer.overdueMs(9_000), -1);
  for (let count = 0; count < 40; count += 1) buffer.push(arrival(count, 1_000 + count));
  t.is(buffer.overdueMs(2_999), -1);
  t.is(buffer.overdueMs(3_000), 0);
  t.is(buffer.overdueMs(3_500), 500);
  t.is(buffer.take(3_010), '0');
  t.is(buffer.overdueMs(3_501), 500, 'of the next one');
});
