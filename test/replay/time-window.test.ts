import test from 'ava';
import fc from 'fast-check';
import { TimeWindow } from '../../src/replay/time-window.js';

const event = (at: number | undefined, name = '') => ({ at, body: Buffer.from(name) });

function through(maxEvents: number, events: readonly ReturnType<typeof event>[]) {
  const window = new TimeWindow<ReturnType<typeof event>>(maxEvents);
  return [...events.flatMap((one) => window.push(one)), ...window.drain()];
}

test('what fits into the window leaves in the order of time, and what is of one time as it came', (t) => {
  const left = through(10, [event(3, 'a'), event(1, 'b'), event(3, 'c'), event(2, 'd'), event(1, 'e')]);
  t.is(left.map(({ body }) => body.toString()).join(''), 'bedac');
});

test('an event without a time stays behind the one before it', (t) => {
  const left = through(10, [event(5, 'a'), event(undefined, 'b'), event(1, 'c'), event(undefined, 'd')]);
  t.is(left.map(({ body }) => body.toString()).join(''), 'cdab');
});

test('of any number of events none is lost, and never more are held than the window takes', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.integer({ min: 1, max: 20 }), (times, maxEvents) => {
      const window = new TimeWindow<ReturnType<typeof event>>(maxEvents);
      let held = 0;
      const left = times.flatMap((at) => {
        const leaving = window.push(event(at));
        held += 1 - leaving.length;
        t.true(held <= maxEvents);
        return leaving;
      });
      const all = [...left, ...window.drain()].map(({ at }) => at ?? 0);
      t.deepEqual(
        all.toSorted((one, other) => one - other),
        times.toSorted((one, other) => one - other),
      );
    }),
  );
});
