import { Agent } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { Random } from '../../src/simulator/random.js';
import { type BridgeProcess, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { readFixtures } from '../points/fixtures.js';

let shared: TestInflux | undefined;
test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());

/** What arrives within this time is put in order; the bridge itself takes two seconds. */
const WITHIN_MS = 1_500;

/** Posts from two connections at once, each its half; says how long that took. */
async function postAll(bridge: BridgeProcess, bodies: readonly string[]) {
  const since = performance.now();
  const middle = Math.ceil(bodies.length / 2);
  const statuses: (number | undefined)[] = [];
  await Promise.all(
    [bodies.slice(0, middle), bodies.slice(middle)].map(async (half) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const body of half) statuses.push((await bridge.post(body, agent)).status);
      agent.destroy();
    }),
  );
  return { statuses, ms: performance.now() - since };
}

let buckets = 0;

/** What a fresh bridge makes of these posts; undefined where the machine is too busy to post them in time. */
async function pointsOf(t: ExecutionContext, bodies: readonly string[]) {
  if (shared === undefined) throw new Error('no InfluxDB');
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    buckets += 1;
    const bucket = `order-${buckets}`;
    await shared.createBucket(bucket);
    const bridge = await startBridgeProcess(t, toInflux(shared, bucket));
    const { statuses, ms } = await postAll(bridge, bodies);
    t.true(statuses.every((status) => status === 204));
    await bridge.drained();
    const { counts } = await bridge.status();
    await bridge.end('SIGTERM');
    if (ms <= WITHIN_MS) return { dump: await dumpBucket(shared, bucket), counts };
    t.log(`posting took ${Math.round(ms)} ms, which is too long to be put in order`);
  }
  return undefined;
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = new Random(seed);
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random.between(0, left.length)), 1));
}

test('every kind of event, posted twice in any order over two connections, leaves the points of once in order', async (t) => {
  const bodies = (await readFixtures()).map(({ body }) => body);
  t.true(bodies.length >= 14);
  const inOrder = await pointsOf(t, bodies);
  if (inOrder === undefined) return t.pass('this machine is too busy');
  t.is(inOrder.counts.accepted, bodies.length);
  t.true(inOrder.dump.length > 200, `${inOrder.dump.length} values`);
  for (const seed of [1, 2]) {
    const anyOrder = await pointsOf(t, shuffled([...bodies, ...bodies], seed));
    if (anyOrder === undefined) return t.pass('this machine is too busy');
    const { dump, counts } = anyOrder;
    t.is(counts.accepted, bodies.length * 2);
    t.is(counts.repeated, bodies.length);
    t.is(counts.written, inOrder.counts.written);
    t.is(counts.quarantined, inOrder.counts.quarantined);
    t.deepEqual(
      dump.filter((row) => !inOrder.dump.includes(row)),
      [],
      `more than in order, seed ${seed}`,
    );
    t.deepEqual(
      inOrder.dump.filter((row) => !dump.includes(row)),
      [],
      `less than in order, seed ${seed}`,
    );
    t.is(dump.length, inOrder.dump.length);
  }
});
