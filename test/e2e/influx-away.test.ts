import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type BridgeProcess, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { until } from '../helpers/until.js';
import { numbers, numbersIn, readings } from './reading.js';

const COUNT = 60;
/** Zoom waits three seconds. */
const ANSWER_WITHIN_MS = 1_000;

/** Posts readings and URL validations while InfluxDB takes nothing, and checks that each was answered as if it did. */
async function postWhileAway(t: ExecutionContext, bridge: BridgeProcess): Promise<void> {
  const slow: number[] = [];
  for (const event of readings(COUNT)) {
    const { status, ms } = await bridge.post(event);
    t.is(status, 204);
    if (ms > ANSWER_WITHIN_MS) slow.push(ms);
  }
  const validation = { event: 'endpoint.url_validation', event_ts: 1, payload: { plainToken: 'token' } };
  const answer = await bridge.post(validation);
  t.is(answer.status, 200);
  t.is((JSON.parse(answer.body) as { plainToken: string }).plainToken, 'token');
  t.true(answer.ms < ANSWER_WITHIN_MS, `${answer.ms} ms`);
  t.deepEqual(slow, [], 'no answer waits for InfluxDB');
  const { counts } = await bridge.status();
  t.is(counts.accepted, COUNT);
  t.is(counts.waiting, COUNT);
}

/** Waits until `/readyz` says that writing fails for this reason. */
async function saysDegraded(t: ExecutionContext, bridge: BridgeProcess, reason: string, withinMs = 20_000) {
  await until(
    `/readyz says ${reason}`,
    async () => (await bridge.ready()).problems[0]?.code === reason,
    withinMs,
  );
  const { status, state, problems } = await bridge.ready();
  t.is(status, 200, 'events are still accepted');
  t.is(state, 'degraded');
  t.is(problems.length, 1);
  t.truthy(problems[0]?.fix);
  const told = bridge.log.filter(({ message }) =>
    String(message).startsWith('InfluxDB does not take points'),
  );
  t.deepEqual(
    told.map((line) => line['reason']),
    [reason],
    'one line in the log for the change, not one for each try',
  );
}

async function allThereOnce(t: ExecutionContext, bridge: BridgeProcess, influx: TestInflux, bucket: string) {
  await bridge.drained(60_000);
  t.deepEqual(numbersIn(await dumpBucket(influx, bucket)), numbers(COUNT));
  await until('/readyz says ok', async () => (await bridge.ready()).state === 'ok');
  const { counts } = await bridge.status();
  t.deepEqual(counts, {
    accepted: COUNT,
    written: COUNT,
    repeated: 0,
    ignored: 0,
    quarantined: 0,
    waiting: 0,
  });
}

test('InfluxDB is stopped and started again', async (t) => {
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(t, toInflux(influx, influx.bucket));
  await influx.kill('SIGKILL');
  await postWhileAway(t, bridge);
  await saysDegraded(t, bridge, 'unreachable');
  await influx.restart();
  await allThereOnce(t, bridge, influx, influx.bucket);
});

test('InfluxDB takes connections and never answers, then goes on', async (t) => {
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(t, toInflux(influx, influx.bucket));
  await influx.pause();
  await postWhileAway(t, bridge);
  await saysDegraded(t, bridge, 'timeout', 50_000);
  influx.resume();
  await allThereOnce(t, bridge, influx, influx.bucket);
});

test('the token is wrong until the bridge is started with the right one', async (t) => {
  const influx = await startTestInflux(t);
  const right = toInflux(influx, influx.bucket);
  const bridge = await startBridgeProcess(t, { ...right, INFLUX_TOKEN: 'wrong' });
  await postWhileAway(t, bridge);
  await saysDegraded(t, bridge, 'unauthorized');
  t.is((await bridge.end('SIGTERM')).code, 0);
  const again = await startBridgeProcess(t, right, bridge.dataDir);
  await allThereOnce(t, again, influx, influx.bucket);
});

test('the token may not write the bucket', async (t) => {
  const influx = await startTestInflux(t);
  const right = toInflux(influx, influx.bucket);
  const bridge = await startBridgeProcess(t, { ...right, INFLUX_TOKEN: influx.readToken });
  await postWhileAway(t, bridge);
  await until('/readyz says so', async () => (await bridge.ready()).state === 'degraded', 20_000);
  t.true(['unauthorized', 'not_found'].includes((await bridge.ready()).problems[0]?.code ?? ''));
  t.is((await bridge.end('SIGTERM')).code, 0);
  const again = await startBridgeProcess(t, { ...right, INFLUX_TOKEN: influx.writeToken }, bridge.dataDir);
  await allThereOnce(t, again, influx, influx.bucket);
});

test('the bucket is missing until somebody makes it', async (t) => {
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(t, toInflux(influx, 'later'));
  await postWhileAway(t, bridge);
  await saysDegraded(t, bridge, 'not_found');
  await influx.createBucket('later');
  await allThereOnce(t, bridge, influx, 'later');
});

test('twenty events a second for some time while InfluxDB hangs: all are acknowledged, and memory does not grow', async (t) => {
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(t, toInflux(influx, influx.bucket));
  await influx.pause();
  const memory: number[] = [];
  const answers: Promise<{ status: number | undefined; ms: number }>[] = [];
  for (const event of readings(COUNT)) {
    answers.push(bridge.post(event));
    await delay(50);
    if (answers.length % 20 === 0) memory.push((await residentBytes(bridge)) / 1e6);
  }
  const posted = await Promise.all(answers);
  t.true(posted.every(({ status }) => status === 204));
  t.true(Math.max(...posted.map(({ ms }) => ms)) < 3_000, 'Zoom would give up after three seconds');
  t.true(Math.max(...memory) < Math.min(...memory) + 60, `${memory.map(Math.round)} MB`);
  influx.resume();
  await allThereOnce(t, bridge, influx, influx.bucket);
});

async function residentBytes({ adminUrl }: BridgeProcess): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}
