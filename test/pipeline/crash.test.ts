import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { eventTexts } from '../../bench/requests.js';
import { readSites } from '../../src/points/sites.js';
import { Spool } from '../../src/spool/spool.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { BASE_DETAILS, BASE_TIME, baseData, baseEvent, sample } from '../points/base-event.js';
import { bodyOf, runPipeline } from './run-pipeline.js';

let shared: TestInflux | undefined;
test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());

function influxDB(): TestInflux {
  if (shared === undefined) throw new Error('no InfluxDB');
  return shared;
}

const minute = (index: number, latency = '134 ms') =>
  baseEvent({
    eventTs: BASE_TIME + index * 60_000 + 21_000,
    qos: [
      sample('audio_input', { ...BASE_DETAILS, latency }, new Date(BASE_TIME + index * 60_000).toISOString()),
      sample('audio_output', BASE_DETAILS, new Date(BASE_TIME + index * 60_000).toISOString()),
    ],
  });
const details = (device: string, at: number) =>
  baseData([{ date_time: new Date(at).toISOString(), device, network_type: 'Wifi' }], { eventTs: at });

/** What is under way when it crashes: readings, details, one reading that a later one replaces. */
const UNDER_WAY = [
  minute(0),
  details('Windows', BASE_TIME + 25_000),
  minute(1),
  minute(2, '300 ms'),
  minute(3),
];

/**
 * What comes meanwhile: details that happened before all of that, a repetition, and a newer reading for a moment under way. Were it
 * mixed with what is under way, the points of that would come out with other tags and beside the first ones.
 */
const MEANWHILE = [
  details('Mac', BASE_TIME - 60_000),
  minute(1),
  { ...minute(2), event_ts: BASE_TIME + 2 * 60_000 + 30_000 },
  minute(4),
];

let buckets = 0;
async function newBucket(): Promise<string> {
  buckets += 1;
  const bucket = `crash-${buckets}`;
  await influxDB().createBucket(bucket);
  return bucket;
}

/** The same events without a crash. */
async function undisturbed(t: Parameters<typeof runPipeline>[0]) {
  const bucket = await newBucket();
  const { append, drained, spool, stop } = runPipeline(t, influxDB(), { bucket, settleMs: 1_000 });
  await append(...UNDER_WAY);
  await drained();
  const before = await dumpBucket(influxDB(), bucket);
  await append(...MEANWHILE);
  await drained();
  const counts = spool.counts();
  await stop();
  return { before, after: await dumpBucket(influxDB(), bucket), counts };
}

test('a commit that fails after the write changes nothing in the end, though other events came meanwhile', async (t) => {
  const expected = await undisturbed(t);
  const bucket = await newBucket();
  const dataDir = tempFolder(t, 'crash');
  const failing = runPipeline(t, influxDB(), {
    bucket,
    dataDir,
    settleMs: 1_000,
    store: (own) => {
      own.commit = () => {
        throw new Error('the disk is gone');
      };
      return own;
    },
  });
  await failing.append(...UNDER_WAY);
  await t.throwsAsync(failing.ended, { message: 'the disk is gone' });
  t.deepEqual(await dumpBucket(influxDB(), bucket), expected.before, 'all was written');
  t.is(failing.spool.counts().waiting, UNDER_WAY.length, 'and nothing was dropped');
  await failing.append(...MEANWHILE);
  await failing.stop();

  const again = runPipeline(t, influxDB(), { bucket, dataDir, settleMs: 1_000 });
  await again.drained();
  t.deepEqual(await dumpBucket(influxDB(), bucket), expected.after);
  t.deepEqual(again.spool.counts(), expected.counts);
});

/** Stores events as they wait in a spool that no bridge has open. */
async function appendTo(dataDir: string, events: readonly unknown[]): Promise<void> {
  const spool = new Spool(dataDir, 2 ** 40);
  await Promise.all(events.map((event) => spool.append(bodyOf(event), Date.now())));
  await spool.close();
}

/** Runs a process that is killed while it writes what waits. */
async function crash(t: ExecutionContext, dataDir: string, bucket: string, ...more: string[]): Promise<void> {
  const { url, org, token } = influxDB();
  const program = fileURLToPath(new URL('./crashing.js', import.meta.url));
  const settings = [dataDir, url, org, token, bucket, ...more];
  const [, signal] = await once(
    spawn(process.execPath, [program, ...settings], { stdio: 'inherit' }),
    'exit',
  );
  t.is(signal, 'SIGKILL');
}

test('killed between write and commit, several times over, it leaves the same points as undisturbed', async (t) => {
  const expected = await undisturbed(t);
  const bucket = await newBucket();
  const dataDir = tempFolder(t, 'crash');
  await appendTo(dataDir, UNDER_WAY);
  await crash(t, dataDir, bucket);
  t.deepEqual(await dumpBucket(influxDB(), bucket), expected.before);
  await appendTo(dataDir, MEANWHILE);
  await crash(t, dataDir, bucket);
  await crash(t, dataDir, bucket);
  t.deepEqual(await dumpBucket(influxDB(), bucket), expected.before, 'the same batch again, nothing else');

  const again = runPipeline(t, influxDB(), { bucket, dataDir, settleMs: 1_000 });
  await again.drained();
  t.deepEqual(await dumpBucket(influxDB(), bucket), expected.after);
  t.deepEqual(again.spool.counts(), expected.counts);
});

test('killed when one of the two requests of a batch is stored, and the next batch is made, it leaves the same points', async (t) => {
  // Three batches.
  const events = eventTexts('ordinary', 2_500);
  const [calm, bucket] = [await newBucket(), await newBucket()];
  const undisturbedRun = runPipeline(t, influxDB(), { bucket: calm });
  await undisturbedRun.append(...events);
  await undisturbedRun.drained();
  const expected = undisturbedRun.spool.counts();

  const dataDir = tempFolder(t, 'crash');
  await appendTo(dataDir, events);
  const left = () => {
    const spool = new Spool(dataDir, 2 ** 40);
    const { waiting } = spool.counts();
    return spool.close().then(() => waiting);
  };
  // The third and fourth request are those of the second batch, which after the restart is the first.
  await crash(t, dataDir, bucket, '4');
  const afterOne = await left();
  await crash(t, dataDir, bucket, '3');
  const afterTwo = await left();
  t.true(
    afterOne < events.length && afterTwo < afterOne && afterTwo > 0,
    `${afterOne}, then ${afterTwo} waited`,
  );
  const again = runPipeline(t, influxDB(), { bucket, dataDir });
  await again.drained();
  t.deepEqual(await dumpBucket(influxDB(), bucket), await dumpBucket(influxDB(), calm));
  t.deepEqual(again.spool.counts(), expected);
});

test('a site list that changes between write and commit changes nothing in the batch that is repeated', async (t) => {
  const bucket = await newBucket();
  const dataDir = tempFolder(t, 'crash');
  const office = (at: number) =>
    baseData(
      [{ device: 'Mac', audio_internal_ip_address: '192.0.2.7', signaling_ip_address: '203.0.113.9' }],
      {
        eventTs: at,
      },
    );
  const failing = runPipeline(t, influxDB(), {
    bucket,
    dataDir,
    finders: { findSite: readSites('192.0.2.0/24,Harbour') },
    store: (own) => {
      own.commit = () => {
        throw new Error('the disk is gone');
      };
      return own;
    },
  });
  await failing.append(office(BASE_TIME - 60_000), minute(0));
  await t.throwsAsync(failing.ended, { message: 'the disk is gone' });
  await failing.stop();
  const written = await dumpBucket(influxDB(), bucket);
  t.true(written.length > 0 && written.every((row) => JSON.stringify(row).includes('Harbour')));

  const again = runPipeline(t, influxDB(), {
    bucket,
    dataDir,
    finders: { findSite: readSites('192.0.2.0/24,Renamed') },
  });
  await again.drained();
  t.deepEqual(await dumpBucket(influxDB(), bucket), written, 'no second copy of a point with another site');
  await again.append(office(BASE_TIME + 50_000), minute(1));
  await again.drained();
  const after = (await dumpBucket(influxDB(), bucket)).map((row) => JSON.stringify(row));
  t.true(
    after.some((row) => row.includes('Renamed')),
    'what comes later is found in the new list',
  );
});

test('a batch that was fixed and never written is written first after the restart, in its order', async (t) => {
  const expected = await undisturbed(t);
  const bucket = await newBucket();
  const dataDir = tempFolder(t, 'crash');
  const spool = new Spool(dataDir, 2 ** 40);
  await Promise.all([...UNDER_WAY, ...MEANWHILE].map((event) => spool.append(bodyOf(event), Date.now())));
  new WorkStore(spool.tables).setPlan(UNDER_WAY.map((_, index) => index + 1));
  await spool.close();
  const again = runPipeline(t, influxDB(), { bucket, dataDir, settleMs: 1_000 });
  await again.drained();
  t.deepEqual(await dumpBucket(influxDB(), bucket), expected.after);
});

test('a plan of events that are gone is passed over', async (t) => {
  const bucket = await newBucket();
  const dataDir = tempFolder(t, 'crash');
  const spool = new Spool(dataDir, 2 ** 40);
  new WorkStore(spool.tables).setPlan([17, 18]);
  await spool.append(bodyOf(minute(0)), Date.now());
  await spool.close();
  const again = runPipeline(t, influxDB(), { bucket, dataDir });
  await again.drained();
  t.is(again.spool.counts().written, 1);
});
