import test from 'ava';
import fc from 'fast-check';
import { nextWaitMs } from '../../src/influx/backoff.js';

const middle = () => 0.5;

test('the wait doubles with each failure, up to half a minute', (t) => {
  t.deepEqual(
    Array.from({ length: 9 }, (_, index) => nextWaitMs(index + 1, undefined, middle)),
    [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
  );
  t.is(nextWaitMs(1_000_000, undefined, middle), 30_000);
});

test('a quarter more or less is left to chance', (t) => {
  t.is(
    nextWaitMs(2, undefined, () => 0),
    750,
  );
  t.true(nextWaitMs(2, undefined, () => 0.999_999) < 1_250);
});

test('what the server asks for is kept, in seconds, up to ten minutes', (t) => {
  t.is(nextWaitMs(1, 20, middle), 20_000);
  t.is(nextWaitMs(1, 999_999, middle), 600_000);
});

test('a server that asks for less than the wait has grown to does not shorten it', (t) => {
  t.is(nextWaitMs(7, 1, middle), 30_000);
  t.is(nextWaitMs(1, 0, middle), 500);
});

test('no wait is shorter than 375 ms or longer than ten minutes', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.option(fc.nat(), { nil: undefined }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (failures, asked, chance) => {
        const wait = nextWaitMs(failures, asked, () => chance);
        return wait >= 375 && wait <= 600_000;
      },
    ),
  );
  t.pass();
});
