import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runCommand, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { BASE_DETAILS, baseWith } from '../points/base-event.js';
import { numbers, numbersIn, reading, readings } from './reading.js';

let shared: TestInflux | undefined;
test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());

/** One InfluxDB for all, with a bucket for each test. */
async function influxWith(bucket: string, retentionSeconds = 0): Promise<TestInflux> {
  if (shared === undefined) throw new Error('no InfluxDB');
  await shared.createBucket(bucket, { retentionSeconds });
  return shared;
}

test('the quarantine is listed, shown, tried again and dropped while the bridge runs', async (t) => {
  const influx = await influxWith('quarantine');
  const bridge = await startBridgeProcess(t, toInflux(influx, 'quarantine'));
  const run = (...args: string[]) => runCommand(['quarantine', ...args], bridge.dataDir);
  t.deepEqual(await run('list'), { code: 0, output: 'nothing in quarantine\n' });

  const undecodable = { event: 'meeting.participant_qos', event_ts: 1_760_000_061_000, payload: {} };
  await bridge.post(undecodable);
  await bridge.post(baseWith({ ...BASE_DETAILS, latency: 'a while' }));
  await bridge.drained();
  const listed = await run('list');
  t.is(listed.code, 0);
  const rows = listed.output.split('\n').filter((line) => /^ +\d+ {2}2/.test(line));
  t.is(rows.length, 2, listed.output);
  t.regex(listed.output, /event +no_object +meeting\.participant_qos/);
  t.regex(listed.output, /values +unreadable_value +meeting\.participant_qos/);
  t.is((await bridge.status()).quarantine.items, 2);

  const items = (await run('list', '--json')).output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; kind: string });
  const lost = items.find(({ kind }) => kind === 'event')?.id;
  const shown = await run('show', String(lost));
  t.is(shown.code, 0);
  t.true(shown.output.includes(JSON.stringify(undecodable)), 'the event is kept whole');

  t.regex((await run('retry', '--reason', 'no_object')).output, /^1 marked to be tried again/);
  await until('it came back under another number', async () => {
    const { output } = await run('list', '--reason', 'no_object', '--json');
    return output.trim() !== '' && (JSON.parse(output) as { id: number }).id !== lost;
  });
  const { counts } = await bridge.status();
  t.deepEqual([counts.accepted, counts.written, counts.quarantined, counts.waiting], [2, 1, 1, 0]);

  t.deepEqual(await run('drop', '--all'), { code: 0, output: '2 dropped\n' });
  t.is((await bridge.status()).quarantine.items, 0);
  t.is((await run('show', '1')).code, 1);
  t.is((await run('drop')).code, 64);
  t.is((await run('drop', 'one')).code, 64);
  t.is((await run('explode')).code, 64);

  t.is((await bridge.post(reading(1))).status, 204, 'the bridge goes on');
  await bridge.drained();
});

test('what is to be tried again while the bridge does not run is tried at its next start', async (t) => {
  const influx = await influxWith('retry', 3_600);
  const settings = toInflux(influx, 'retry');
  const bridge = await startBridgeProcess(t, settings);
  for (const event of readings(3)) await bridge.post(event);
  await bridge.drained();
  t.is((await bridge.status()).counts.quarantined, 3, 'they are older than the bucket keeps');
  await bridge.end('SIGTERM');
  t.regex((await runCommand(['quarantine', 'retry', '--all'], bridge.dataDir)).output, /^3 marked/);
  await influx.createBucket('keeps-all');
  const again = await startBridgeProcess(t, toInflux(influx, 'keeps-all'), bridge.dataDir);
  await until('all are written', async () => (await again.status()).counts.written === 3, 20_000);
  t.deepEqual(numbersIn(await dumpBucket(influx, 'keeps-all')), numbers(3));
  t.is((await again.status()).quarantine.items, 0);
});

test('setup makes the buckets and a token with which serve writes', async (t) => {
  const influx = await influxWith('setup');
  const dataDir = tempFolder(t, 'setup');
  const env = {
    INFLUX_URL: influx.url,
    INFLUX_ORG: influx.org,
    INFLUX_BUCKET: 'fresh',
    INFLUX_ROLLUP_BUCKET: 'fresh_rollup',
    RETENTION: '0s',
    ROLLUP_RETENTION: '0s',
  };
  const setup = await runCommand(['setup'], dataDir, { ...env, INFLUX_ADMIN_TOKEN: influx.token });
  t.is(setup.code, 0, setup.output);
  const tokenFile = join(dataDir, 'tokens', 'influx-write-token');
  const token = (await readFile(tokenFile, 'utf8')).trim();
  t.false(setup.output.includes(token), 'the token itself is not shown');
  t.not(token, influx.token);

  const bridge = await startBridgeProcess(t, { ...env, INFLUX_TOKEN_FILE: tokenFile }, dataDir);
  for (const event of readings(3)) t.is((await bridge.post(event)).status, 204);
  await bridge.drained();
  t.deepEqual(numbersIn(await dumpBucket(influx, 'fresh')), numbers(3));
  t.is((await bridge.ready()).state, 'ok');

  const again = await runCommand(['setup'], dataDir, { ...env, INFLUX_ADMIN_TOKEN: influx.token });
  t.is(again.code, 0);
  t.is((await readFile(tokenFile, 'utf8')).trim(), token, 'running it again changes nothing');
  t.is((await bridge.post(reading(4))).status, 204);
  await bridge.drained();
});

test('a second bridge on the same data folder is refused and does not disturb the first', async (t) => {
  const influx = await influxWith('second');
  const settings = toInflux(influx, 'second');
  const bridge = await startBridgeProcess(t, settings);
  const second = await runCommand(['serve'], bridge.dataDir, settings);
  t.is(second.code, 69);
  t.regex(second.output, new RegExp(`another bridge \\(process ${bridge.pid}\\)`));
  t.is((await bridge.post(reading(1))).status, 204);
  await bridge.drained();
  t.deepEqual(numbersIn(await dumpBucket(influx, 'second')), [1]);
});

test('a port that is taken ends it at once, with what to do, and leaves the data folder free', async (t) => {
  const influx = await influxWith('port');
  const settings = toInflux(influx, 'port');
  const first = await startBridgeProcess(t, settings);
  const { port } = new URL(first.adminUrl);
  const dataDir = tempFolder(t, 'port');
  for (const name of ['PORT', 'ADMIN_PORT']) {
    const { code, output } = await runCommand(['serve'], dataDir, { ...settings, [name]: port });
    t.is(code, 69, output);
    t.true(output.includes(`set ${name} to a free port`), output);
  }
  const again = await startBridgeProcess(t, settings, dataDir);
  t.is((await again.post(reading(1))).status, 204);
});
