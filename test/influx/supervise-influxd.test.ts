import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import type { InfluxdExit, RunningInfluxd } from '../../src/influx/local/running-influxd.js';
import { superviseInfluxd } from '../../src/influx/local/supervise-influxd.js';
import { until } from '../helpers/until.js';

/** An InfluxDB in name only: what is tested here is when it is started again. */
function pretendInfluxd(pid: number): RunningInfluxd & { die(): void; stops: number } {
  let end: (exit: InfluxdExit) => void = () => undefined;
  const exited = new Promise<InfluxdExit>((resolve) => {
    end = resolve;
  });
  const pretend = {
    url: 'http://127.0.0.1:4242',
    port: 4242,
    pid,
    stops: 0,
    exited,
    kill: () => undefined,
    die: () => end({ exitCode: null, signal: 'SIGKILL' as const, outputTail: 'last words', expected: false }),
    stop: async () => {
      pretend.stops += 1;
      end({ exitCode: 0, signal: null, outputTail: '', expected: true });
    },
  };
  return pretend;
}

test('one that dies is started again on the same port, each time it dies', async (t) => {
  let current = pretendInfluxd(1);
  const ports: number[] = [];
  const exits: InfluxdExit[] = [];
  const supervised = superviseInfluxd({
    running: current,
    start: async (port) => {
      ports.push(port);
      current = pretendInfluxd(ports.length + 1);
      return current;
    },
    onExit: (exit) => exits.push(exit),
    firstDelayMs: 1,
  });
  for (let death = 1; death <= 3; death += 1) {
    current.die();
    await until(`start ${death}`, async () => supervised.pid() === death + 1);
  }
  t.deepEqual(ports, [4242, 4242, 4242]);
  t.is(exits.length, 3);
  t.is(exits[0]?.outputTail, 'last words');
  await supervised.stop();
  t.is(current.stops > 0, true);
});

test('where it can not be started, the delay grows', async (t) => {
  const first = pretendInfluxd(1);
  const times: number[] = [];
  const supervised = superviseInfluxd({
    running: first,
    start: async () => {
      times.push(performance.now());
      throw new Error('no');
    },
    firstDelayMs: 20,
  });
  first.die();
  await until('four tries', async () => times.length >= 4);
  await supervised.stop();
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  t.true((gaps[2] ?? 0) > (gaps[0] ?? 0), String(gaps));
  await delay(200);
  t.is(supervised.pid(), 1);
});

test('one that was stopped stays stopped, and no death is told', async (t) => {
  const first = pretendInfluxd(1);
  const supervised = superviseInfluxd({
    running: first,
    start: async () => t.fail('it was started') as never,
    onExit: () => t.fail('a death was told'),
    firstDelayMs: 1,
  });
  await supervised.stop();
  await delay(30);
  t.pass();
});

test('one that is just being started again when it is to stop is stopped as well', async (t) => {
  const first = pretendInfluxd(1);
  const second = pretendInfluxd(2);
  let starting = false;
  const supervised = superviseInfluxd({
    running: first,
    start: async () => {
      starting = true;
      await delay(50);
      return second;
    },
    firstDelayMs: 1,
  });
  first.die();
  await until('it is being started', async () => starting);
  await supervised.stop();
  t.is(second.stops, 1);
});
