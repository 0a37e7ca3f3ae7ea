import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { listInbox } from '../../src/inbox/inbox-file.js';
import { runSimulation } from '../../src/simulator/simulate.js';
import { signBody } from '../../src/zoom/signature.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { laidBodies } from './laid-down.js';
import { runCli, SECRET, serve } from './run-cli.js';

const test = anyTest as TestFn<{ influx: TestInflux }>;
let shared: TestInflux | undefined;

test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());
test.beforeEach((t) => {
  if (shared === undefined) throw new Error('no InfluxDB');
  t.context.influx = shared;
});

let buckets = 0;

async function place(t: ExecutionContext<{ influx: TestInflux }>) {
  const { influx } = t.context;
  buckets += 1;
  const bucket = `bucket-${buckets}`;
  await influx.createBucket(bucket);
  const dataDir = tempFolder(t, 'replay');
  return {
    dataDir,
    inbox: join(dataDir, 'inbox'),
    env: {
      DATA_DIR: dataDir,
      INFLUX_URL: influx.url,
      INFLUX_ORG: influx.org,
      INFLUX_TOKEN: influx.token,
      INFLUX_BUCKET: bucket,
    },
    dump: () => dumpBucket(influx, bucket),
  };
}

/** Events of a made-up account in a file, one a line; how many. */
async function recording(file: string, minutes: number, participants = 30): Promise<number> {
  const { posted } = await runSimulation({
    url: '',
    secret: '',
    to: { file },
    minutes,
    participants,
    meetings: 5,
    seed: 3,
    startTime: Date.UTC(2026, 0, 15, 9),
    scenario: 'mixed',
    duplicates: 0,
  });
  return posted;
}

test.serial(
  'a running bridge takes what is replayed, recognises what it has had, and works on it again where it is told to',
  async (t) => {
    const { dataDir, inbox, env, dump } = await place(t);
    const file = join(dataDir, 'events.jsonl');
    const count = await recording(file, 6);
    const bridge = await serve(t, env);
    const ended = await runCli(['replay', file], { env });
    t.is(ended.code, 0, ended.err);
    t.deepEqual(listInbox(inbox), [], 'replay ends when the bridge has taken everything');
    const once = await bridge.settled(count);
    t.is(once['accepted'], count);
    const points = await dump();

    await runCli(['replay', file], { env });
    const twice = await bridge.settled(2 * count);
    t.is(twice['repeated'], count + (once['repeated'] ?? 0));
    t.is(twice['written'], once['written']);

    await runCli(['replay', '--again', file], { env });
    const thrice = await bridge.settled(3 * count);
    t.is(thrice['written'], 2 * (once['written'] ?? 0), 'with --again all are worked on');
    t.true((await dump()).length >= points.length);
  },
);

test.serial('without a bridge events wait, and one that is started takes them', async (t) => {
  const { dataDir, inbox, env } = await place(t);
  const file = join(dataDir, 'events.jsonl');
  const count = await recording(file, 4);
  const ended = await runCli(['replay', file], { env });
  t.is(ended.code, 0);
  t.is((await laidBodies(dataDir)).length, count);
  const bridge = await serve(t, env);
  t.is((await bridge.settled(count))['accepted'], count);
  t.deepEqual(listInbox(inbox), []);
});

test.serial('a bridge that is killed while it takes events loses none', async (t) => {
  const { dataDir, env, dump } = await place(t);
  const file = join(dataDir, 'events.jsonl');
  const count = await recording(file, 30);
  await runCli(['replay', file], { env });
  for (let run = 0; run < 3; run += 1) {
    const bridge = await serve(t, env);
    await until(
      'some are taken',
      async () => ((await bridge.counts())['accepted'] ?? 0) > run * 700,
      120_000,
    );
    await bridge.end('SIGKILL');
  }
  const bridge = await serve(t, env);
  await until('all are taken', () => listInbox(join(dataDir, 'inbox')).length === 0, 120_000);
  const counts = await bridge.settled(count);
  t.true((counts['accepted'] ?? 0) - (counts['repeated'] ?? 0) >= count - (counts['ignored'] ?? 0));
  await bridge.end();
  const other = await place(t);
  const straight = await serve(t, other.env);
  await runCli(['replay', file], { env: other.env });
  await straight.settled(count);
  t.deepEqual(await dump(), await other.dump());
});

test.serial(
  'replayed events are not in the way of what Zoom sends: while InfluxDB is away most of them wait outside of the spool',
  async (t) => {
    const { dataDir, inbox, env } = await place(t);
    const file = join(dataDir, 'events.jsonl');
    const lines = Array.from({ length: 14_000 }, (_, index) =>
      JSON.stringify({
        event: 'meeting.started',
        event_ts: 1_768_471_200_000 + index,
        payload: { object: { uuid: 'u' } },
      }),
    );
    writeFileSync(file, lines.join('\n'));
    const bridge = await serve(t, { ...env, INFLUX_URL: 'http://127.0.0.1:9' });
    const replaying = runCli(['replay', file], { env });
    await until(
      'the spool holds what it may',
      async () => ((await bridge.counts())['waiting'] ?? 0) >= 8_000,
      60_000,
    );
    const body = '{"event":"meeting.ended","event_ts":1768471200000,"payload":{"object":{"uuid":"live"}}}';
    const timestamp = String(Math.floor(Date.now() / 1000));
    const answer = await fetch(bridge.webhookUrl, {
      method: 'POST',
      body,
      headers: {
        'x-zm-request-timestamp': timestamp,
        'x-zm-signature': signBody(SECRET, timestamp, Buffer.from(body)),
      },
    });
    t.is(answer.status, 204);
    t.true(((await bridge.counts())['waiting'] ?? 0) <= 9_001);
    t.true(listInbox(inbox).length > 0);
    await bridge.end();
    const ended = await replaying;
    t.is(ended.code, 0, 'without the bridge replay does not wait for it');
    t.regex(ended.err, /it takes these events when it is started/);
  },
);

test.serial(
  'a file in the inbox that replay did not write is put aside, told, and stops nothing',
  async (t) => {
    const { dataDir, inbox, env } = await place(t);
    mkdirSync(inbox);
    writeFileSync(join(inbox, '000000000000001-1-00000001.jsonl.gz'), 'no gzip');
    const file = join(dataDir, 'events.jsonl');
    writeFileSync(
      file,
      '{"event":"meeting.started","event_ts":1768471200000,"payload":{"object":{"uuid":"u"}}}',
    );
    const bridge = await serve(t, env);
    await runCli(['replay', file], { env });
    t.is((await bridge.settled(1))['written'], 1);
    t.true(existsSync(join(inbox, '000000000000001-1-00000001.jsonl.gz.bad')));
    t.regex(bridge.log(), /it is put aside/);
  },
);
