import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type BridgeProcess, type Posted, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { numbers, numbersIn, reading, readings } from './reading.js';

/** Posts readings without pause until told to end; says how each was answered. */
function keepPosting(bridge: BridgeProcess) {
  const answers = new Map<number, Posted>();
  let going = true;
  let next = 1_000;
  const one = async (): Promise<void> => {
    while (going) {
      next += 1;
      const number = next;
      answers.set(number, await bridge.post(reading(number)));
    }
  };
  const all = Promise.all([one(), one(), one(), one()]);
  return {
    end: async () => {
      going = false;
      await all;
      return answers;
    },
  };
}

const acknowledged = (answers: ReadonlyMap<number, Posted>) =>
  [...answers].filter(([, { status }]) => status === 204).map(([number]) => number);

/** Ends a bridge by SIGTERM under fire and checks what the posts of that time were answered. Says which were acknowledged. */
async function endUnderFire(t: ExecutionContext, bridge: BridgeProcess): Promise<number[]> {
  const statuses = await Promise.all(readings(50).map(async (event) => (await bridge.post(event)).status));
  t.true(statuses.every((status) => status === 204));
  const posting = keepPosting(bridge);
  await delay(100);
  const { code, signal, ms } = await bridge.end('SIGTERM');
  const answers = await posting.end();
  t.is(signal, null);
  t.is(code, 0);
  t.true(ms < 10_000, `${ms} ms`);
  const others = [...answers.values()].filter(({ status }) => status !== 204);
  t.true(others.length > 0, 'some came too late');
  t.deepEqual(
    others.filter(
      ({ status, error }) => status !== 503 && error !== 'ECONNREFUSED' && error !== 'ECONNRESET',
    ),
    [],
    'each gets a 503, which Zoom tries again, or no connection',
  );
  return [...numbers(50), ...acknowledged(answers)].sort((a, b) => a - b);
}

async function allThere(t: ExecutionContext, influx: TestInflux, expected: readonly number[]) {
  t.deepEqual(numbersIn(await dumpBucket(influx, influx.bucket)), expected);
}

test('SIGTERM with InfluxDB there: everything acknowledged is written before the end', async (t) => {
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(t, toInflux(influx, influx.bucket));
  const expected = await endUnderFire(t, bridge);
  await allThere(t, influx, expected);
  t.true(bridge.log.some(({ message }) => message === 'the bridge has ended; everything is written'));
});

test('SIGTERM with InfluxDB away: everything is there after the next start', async (t) => {
  const influx = await startTestInflux(t);
  const settings = toInflux(influx, influx.bucket);
  const bridge = await startBridgeProcess(t, settings);
  await influx.kill('SIGKILL');
  const expected = await endUnderFire(t, bridge);
  t.true(bridge.log.some(({ message }) => String(message).includes('stays on disk for the next start')));
  await influx.restart();
  const again = await startBridgeProcess(t, settings, bridge.dataDir);
  await again.drained();
  await allThere(t, influx, expected);
});

test('SIGTERM with InfluxDB hanging: it ends in time, and everything is there after the next start', async (t) => {
  const influx = await startTestInflux(t);
  const settings = toInflux(influx, influx.bucket);
  const bridge = await startBridgeProcess(t, settings);
  await influx.pause();
  const expected = await endUnderFire(t, bridge);
  influx.resume();
  const again = await startBridgeProcess(t, settings, bridge.dataDir);
  await again.drained();
  await allThere(t, influx, expected);
});

test('SIGTERM with InfluxDB coming back three seconds later: nothing is lost, now or at the next start', async (t) => {
  const influx = await startTestInflux(t);
  const settings = toInflux(influx, influx.bucket);
  const bridge = await startBridgeProcess(t, settings);
  await influx.kill('SIGKILL');
  const [expected] = await Promise.all([endUnderFire(t, bridge), delay(3_000).then(() => influx.restart())]);
  const again = await startBridgeProcess(t, settings, bridge.dataDir);
  await again.drained();
  await allThere(t, influx, expected);
});

test('SIGTERM with a backlog that can not be written in time: it ends in time and in order', async (t) => {
  const influx = await startTestInflux(t);
  const settings = toInflux(influx, influx.bucket);
  const bridge = await startBridgeProcess(t, settings);
  await influx.kill('SIGKILL');
  const count = 3_000;
  const statuses = await Promise.all(readings(count).map(async (event) => (await bridge.post(event)).status));
  t.true(statuses.every((status) => status === 204));
  await influx.restart();
  const { code, ms } = await bridge.end('SIGTERM');
  t.is(code, 0);
  t.true(ms < 10_000, `${ms} ms`);
  const again = await startBridgeProcess(t, settings, bridge.dataDir);
  await again.drained();
  await allThere(t, influx, numbers(count));
  const { accepted, written, repeated, ignored, quarantined, waiting } = (await again.status()).counts;
  t.deepEqual([accepted, written, repeated, ignored, quarantined, waiting], [count, count, 0, 0, 0, 0]);
});

test('a second SIGTERM ends it at once, and still nothing is lost', async (t) => {
  const influx = await startTestInflux(t);
  const settings = toInflux(influx, influx.bucket);
  const bridge = await startBridgeProcess(t, settings);
  await influx.pause();
  const statuses = await Promise.all(readings(30).map(async (event) => (await bridge.post(event)).status));
  t.true(statuses.every((status) => status === 204));
  await delay(2_500);
  process.kill(bridge.pid, 'SIGTERM');
  await delay(500);
  const { code, ms } = await bridge.end('SIGTERM');
  t.is(code, 143);
  t.true(ms < 2_000, `${ms} ms`);
  influx.resume();
  const again = await startBridgeProcess(t, settings, bridge.dataDir);
  await again.drained();
  await allThere(t, influx, numbers(30));
});
