import test, { type ExecutionContext } from 'ava';
import { type BridgeProcess, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { until } from '../helpers/until.js';
import { numbers, numbersIn, readings } from './reading.js';

const COUNT = 60;
/** Zoom gives up after this time. */
const ANSWER_WITHIN_MS = 3_000;

let shared: TestInflux | undefined;
test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());

/** An InfluxDB that no test stops, with a bucket for one. */
async function sharedInflux(bucket?: string): Promise<TestInflux> {
  if (shared === undefined) throw new Error('no InfluxDB');
  if (bucket !== undefined) await shared.createBucket(bucket);
  return shared;
}

/** Posts readings and URL validations while InfluxDB takes nothing, and checks that each was answered as if it did. */
async function postWhileAway(t: ExecutionContext, bridge: BridgeProcess): Promise<void> {
  const times: number[] = [];
  for (const event of readings(COUNT)) {
    const { status, ms } = await bridge.post(event);
    t.is(status, 204);
    times.push(ms);
  }
  times.sort((a, b) => a - b);
  const validation = { event: 'endpoint.url_validation', event_ts: 1, payload: { plainToken: 'token' } };
  const answer = await bridge.post(validation);
  t.is(answer.status, 200);
  t.is((JSON.parse(answer.body) as { plainToken: string }).plainToken, 'token');
  t.true(answer.ms < ANSWER_WITHIN_MS, `${answer.ms} ms`);
  t.true((times.at(-1) ?? 0) < ANSWER_WITHIN_MS, `the slowest took ${times.at(-1)} ms`);
  t.true((times[COUNT / 2] ?? 0) < 1_000, 'no answer waits for InfluxDB');
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
  const before = await residentBytes(bridge);
  await postWhileAway(t, bridge);
  await saysDegraded(t, bridge, 'timeout', 50_000);
  const grown = (await residentBytes(bridge)) - before;
  t.true(grown < 80_000_000, `memory has grown by ${Math.round(grown / 1e6)} MB`);
  influx.resume();
  await allThereOnce(t, bridge, influx, influx.bucket);
});

test('the token is wrong until the bridge is started with the right one', async (t) => {
  const influx = await sharedInflux('token-wrong');
  const right = toInflux(influx, 'token-wrong');
  const bridge = await startBridgeProcess(t, { ...right, INFLUX_TOKEN: 'wrong' });
  await postWhileAway(t, bridge);
  await saysDegraded(t, bridge, 'unauthorized');
  t.is((await bridge.end('SIGTERM')).code, 0);
  const again = await startBridgeProcess(t, right, bridge.dataDir);
  await allThereOnce(t, again, influx, 'token-wrong');
});

test('the token may not write the bucket', async (t) => {
  const influx = await sharedInflux();
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
  const influx = await sharedInflux();
  const bridge = await startBridgeProcess(t, toInflux(influx, 'later'));
  await postWhileAway(t, bridge);
  await saysDegraded(t, bridge, 'not_found');
  await influx.createBucket('later');
  await allThereOnce(t, bridge, influx, 'later');
});

async function residentBytes({ adminUrl }: BridgeProcess): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}
