import test from 'ava';
import { SimulatorOptionError } from '../../src/simulator/errors.js';
import { type Clock, type PaceOptions, pace } from '../../src/simulator/pace.js';

/** Time passes only by sleeping. */
function fakeClock(start: number): Clock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}

const every = (ms: number, from: number, count: number): { at: number }[] =>
  Array.from({ length: count }, (_, index) => ({ at: from + index * ms }));

async function arrivals(
  events: { at: number }[],
  clock: Clock,
  options: PaceOptions = {},
): Promise<number[]> {
  const times: number[] = [];
  for await (const _ of pace(events, { ...options, clock })) times.push(clock.now());
  return times;
}

test('what lies in the past comes at once', async (t) => {
  const times = await arrivals(every(60_000, 0, 10), fakeClock(3_600_000));
  t.deepEqual(new Set(times), new Set([3_600_000]));
});

test('no event comes before its own time', async (t) => {
  const events = every(1000, 10_000, 5);
  const times = await arrivals(events, fakeClock(11_500));
  times.forEach((time, index) => {
    t.true(time >= (events[index]?.at ?? 0));
    t.true(time <= Math.max(11_500, (events[index]?.at ?? 0) + 5));
  });
});

test('at speed 12 a minute of the past passes in five seconds, the present at its own pace', async (t) => {
  const now = 600_000;
  const times = await arrivals(every(60_000, 0, 13), fakeClock(now), { speed: 12 });
  t.is(times[0], now);
  t.true(Math.abs((times[1] ?? 0) - (now + 5000)) <= 5);
  t.true(Math.abs((times[10] ?? 0) - (now + 50_000)) <= 5, 'still catching up');
  t.true((times[12] ?? 0) >= 720_000, 'never ahead of the clock');
});

test('a story an hour old caught up at speed 12 goes on live', async (t) => {
  const now = 3_600_000;
  const events = every(60_000, 0, 80);
  const times = await arrivals(events, fakeClock(now), { speed: 12 });
  const lags = times.map((time, index) => time - (events[index]?.at ?? 0));
  t.is(lags[0], now);
  t.true((lags.at(-1) ?? 1) < 10);
  t.true(lags.every((lag) => lag >= 0));
});

test('rate limits the events of a second, without bursts after a pause', async (t) => {
  const clock = fakeClock(10_000_000);
  const times = await arrivals(every(1, 0, 2001), clock, { rate: 1000 });
  const passed = (times.at(-1) ?? 0) - (times[0] ?? 0);
  t.true(passed >= 1980 && passed <= 2010, `${passed}`);
  const paused: number[] = [];
  for await (const _ of pace(every(1, 0, 600), { rate: 1000, clock })) {
    paused.push(clock.now());
    if (paused.length === 100) await clock.sleep(5000, undefined);
  }
  const made = paused.filter((time) => time - (paused[100] ?? 0) < 50 && time >= (paused[100] ?? 0)).length;
  t.true(made <= 160, `${made} events in 50 ms`);
});

test('an abort ends the waiting', async (t) => {
  const abort = new AbortController();
  const soon = setTimeout(() => abort.abort(), 30);
  const seen: number[] = [];
  for await (const { at } of pace(every(3_600_000, Date.now() - 1000, 5), { signal: abort.signal }))
    seen.push(at);
  clearTimeout(soon);
  t.is(seen.length, 1);
});

test('a speed or rate of 0 is refused', async (t) => {
  await t.throwsAsync(arrivals([{ at: 0 }], fakeClock(0), { speed: 0 }), {
    instanceOf: SimulatorOptionError,
  });
  await t.throwsAsync(arrivals([{ at: 0 }], fakeClock(0), { rate: -1 }), { message: /rate is -1/ });
});
