import test, { type ExecutionContext } from 'ava';
import { startBridge } from '../../src/bridge/start-bridge.js';
import { SILENT_LOG } from '../../src/log.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { Random } from '../../src/simulator/random.js';
import { Sender } from '../../src/simulator/sender.js';
import { BRIDGE_SECRET, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { readFixtures } from '../points/fixtures.js';

let shared: TestInflux | undefined;
test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());

/**
 * What comes within the settle time is put in order. Here that is longer than any machine takes to post everything, and the bridge
 * writes when it is told to end, so that the outcome does not depend on how busy the machine is.
 */
const SETTLE_MS = 600_000;

/** Posts from two connections at once, each its half, signed; gives the statuses. */
async function postAll(url: string, bodies: readonly string[]): Promise<number[]> {
  const sender = new Sender({
    url,
    secret: BRIDGE_SECRET,
    concurrency: 2,
    timeoutMs: 60_000,
    retryDelaysMs: [],
  });
  const outcomes = await Promise.all(
    bodies.map(async (body) => {
      await sender.ready();
      return sender.send(JSON.parse(body));
    }),
  );
  await sender.close();
  return outcomes.map(({ answer }) => answer.status ?? 0);
}

let buckets = 0;

/** What a fresh bridge makes of these posts. */
async function pointsOf(t: ExecutionContext, bodies: readonly string[]) {
  if (shared === undefined) throw new Error('no InfluxDB');
  buckets += 1;
  const bucket = `order-${buckets}`;
  await shared.createBucket(bucket);
  const settings = readSettings({
    ZOOM_SECRET_TOKEN: BRIDGE_SECRET,
    HOST: '127.0.0.1',
    PORT: '0',
    ADMIN_PORT: '0',
    DATA_DIR: tempFolder(t, 'order'),
    ...toInflux(shared, bucket),
  });
  const { url, org, token } = shared;
  const start = async () => {
    const bridge = await startBridge({ settings, log: SILENT_LOG, settleMs: SETTLE_MS });
    bridge.setTarget({ url, org, token, bucket });
    return bridge;
  };
  let bridge = await start();
  t.deepEqual([...new Set(await postAll(bridge.webhookUrl, bodies))], [204]);
  for (;;) {
    const everythingWritten = await bridge.stop();
    bridge = await start();
    if (everythingWritten) break;
  }
  const { counts } = bridge.status();
  await bridge.stop();
  return { dump: await dumpBucket(shared, bucket), counts };
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
  t.is(inOrder.counts.accepted, bodies.length);
  t.true(inOrder.dump.length > 200, `${inOrder.dump.length} values`);
  for (const seed of [1, 2]) {
    const anyOrder = await pointsOf(t, shuffled([...bodies, ...bodies], seed));
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
