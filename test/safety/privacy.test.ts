import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import {
  BRIDGE_SECRET,
  type BridgeProcess,
  runCommand,
  startBridgeProcess,
  toInflux,
} from '../helpers/bridge-process.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { baseWith } from '../points/base-event.js';
import { DEVICES, EVENTS, PLANTED, WITHOUT_NUMBER, WORDS } from '../points/planted.js';
import { filesWith, tablesWith, wordsIn } from './scan.js';

const test = anyTest as TestFn<{ influx: TestInflux }>;

test.before(async (t) => {
  t.timeout(300_000);
  t.context.influx = await startTestInflux();
});

test.after.always(async (t) => {
  await t.context.influx?.stop();
});

/** The day of the planted events. */
const RANGE = ['--from', '2025-10-09', '--to', '2025-10-10'] as const;

const EVERYTHING = [...EVENTS, ...WITHOUT_NUMBER];

/** Requests that are refused, with planted values wherever somebody could put one. */
async function postRefused(bridge: BridgeProcess): Promise<void> {
  const webhook = String(bridge.log.find(({ message }) => message === 'the bridge receives')?.['webhook']);
  const body = JSON.stringify(EVENTS[0]);
  const headers = { 'user-agent': PLANTED.user_name, 'x-forwarded-for': PLANTED.signaling_ip_address };
  for (const [url, init] of [
    [webhook, { method: 'POST', body, headers }],
    [webhook, { method: 'POST', body, headers: { ...headers, 'x-zm-signature': PLANTED.email } }],
    [`${webhook}?email=${PLANTED.email}`, { method: 'GET', headers }],
    [`${webhook}/${PLANTED.user_key}`, { method: 'POST', body, headers }],
  ] as const)
    await (await fetch(url, init)).text();
}

type Traces = {
  readonly bridge: BridgeProcess;
  /** Planted words by where they were found. */
  readonly found: Readonly<Record<string, readonly string[]>>;
};

/** Has a bridge work on everything planted, makes the rollups, and reads everything that anybody can read. */
async function leaveTraces(t: ExecutionContext<{ influx: TestInflux }>, privacy: string): Promise<Traces> {
  const { influx } = t.context;
  const bucket = `raw-${privacy}`;
  const rollupBucket = `rollup-${privacy}`;
  await influx.createBucket(bucket);
  await influx.createBucket(rollupBucket);
  const env = {
    ...toInflux(influx, bucket),
    INFLUX_ROLLUP_BUCKET: rollupBucket,
    PRIVACY: privacy,
    LOG_LEVEL: 'debug',
    CONTEXT_TAGS: 'device,microphone,speaker,camera,connection_type,domain,location',
  };
  const bridge = await startBridgeProcess(t, env);
  for (const event of [...EVERYTHING, EVERYTHING[0]]) t.is((await bridge.post(event)).status, 204);
  await postRefused(bridge);
  await bridge.drained(60_000);
  const { counts, quarantine } = await bridge.status();
  t.is(counts.written, EVERYTHING.length);
  t.is(quarantine.items, 0);
  const rollup = await runCommand(['rollup', ...RANGE], bridge.dataDir, {
    ...env,
    INFLUX_ADMIN_TOKEN: influx.token,
  });
  t.is(rollup.code, 0, rollup.output);

  const all = `range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)`;
  const points = async (name: string) => await influx.query(`from(bucket: "${name}") |> ${all}`);
  const raw = await points(bucket);
  const rolled = await points(rollupBucket);
  t.true(raw.length > 20 && rolled.length > 20, `${raw.length} raw, ${rolled.length} rolled up`);
  const page = async (path: string) => {
    const response = await fetch(`${bridge.adminUrl}${path}`);
    t.true(response.ok, path);
    return await response.text();
  };
  const places: Record<string, string> = {
    raw: JSON.stringify(raw),
    rollups: JSON.stringify(rolled),
    rollup_command: rollup.output,
    quarantine_list: (await runCommand(['quarantine', 'list'], bridge.dataDir)).output,
  };
  for (const path of ['/', '/status.json', '/metrics', '/readyz', '/healthz'])
    places[path] = await page(path);
  t.is((await bridge.end('SIGTERM')).code, 0);
  places['log'] = JSON.stringify(bridge.log);
  const entries = Object.entries(places).map(([place, text]) => [place, wordsIn(text, WORDS)] as const);
  return { bridge, found: Object.fromEntries(entries.filter(([, words]) => words.length > 0)) };
}

test('full: the scan finds what is planted, in InfluxDB and in what is remembered', async (t) => {
  t.timeout(300_000);
  const { bridge, found } = await leaveTraces(t, 'full');
  t.deepEqual(Object.keys(found), ['raw'], 'and not in rollups, logs, metrics or on the status page');
  t.deepEqual(
    WORDS.filter((word) => !found['raw']?.includes(word)),
    [PLANTED.customer_key],
  );
  const tables = await tablesWith(bridge.dataDir, WORDS);
  t.deepEqual(Object.keys(tables), ['context']);
  t.true(tables['context']?.includes(PLANTED.email));
});

for (const privacy of ['pseudonymous', 'minimal'])
  test(`${privacy}: of everything that leaves or rests, nothing names a person or a computer`, async (t) => {
    t.timeout(300_000);
    const { bridge, found } = await leaveTraces(t, privacy);
    t.deepEqual(found, {});
    t.deepEqual(await tablesWith(bridge.dataDir, WORDS), {}, 'what the spool holds');

    const files = filesWith(bridge.dataDir, WORDS);
    t.deepEqual(
      Object.keys(files).filter((file) => file !== 'spool/data.mdb'),
      [],
    );
    const left = files['spool/data.mdb']?.length ?? 0;
    t.log(`free pages of spool/data.mdb still hold ${left} of ${WORDS.length} planted values`);

    const copy = join(tempFolder(t, 'copy'), 'copy');
    const backup = await runCommand(['backup', copy], bridge.dataDir);
    t.is(backup.code, 0, backup.output);
    t.deepEqual(filesWith(copy, WORDS), {}, 'a backup holds none of what was dropped');
  });

for (const privacy of ['pseudonymous', 'minimal'])
  test(`${privacy}: what waits and what lies in quarantine is as Zoom sent it, as the documents say`, async (t) => {
    t.timeout(300_000);
    const { influx } = t.context;
    const away = { ...toInflux(influx, 'nowhere'), PRIVACY: privacy, LOG_LEVEL: 'debug' };
    const bridge = await startBridgeProcess(t, away);
    const undecodable = {
      event: 'meeting.participant_qos',
      event_ts: 1_760_000_061_000,
      payload: { object: { participant: PLANTED } },
    };
    const unreadable = baseWith({ latency: PLANTED.user_name, jitter: '6 ms' });
    t.is((await bridge.post(EVENTS[0])).status, 204);
    t.true(wordsIn(Object.keys(await tablesWith(bridge.dataDir, WORDS)).join(), ['events']).length > 0);

    await influx.createBucket(`quarantine-${privacy}`);
    await bridge.end('SIGTERM');
    const again = await startBridgeProcess(
      t,
      { ...away, INFLUX_BUCKET: `quarantine-${privacy}` },
      bridge.dataDir,
    );
    for (const event of [undecodable, unreadable]) t.is((await again.post(event)).status, 204);
    await again.drained(60_000);
    t.deepEqual(Object.keys(await tablesWith(bridge.dataDir, WORDS)), ['quarantine']);
    const listed = await runCommand(['quarantine', 'list'], bridge.dataDir);
    t.regex(listed.output, /no_meeting[\s\S]*unreadable_value/);
    t.deepEqual(wordsIn(listed.output, WORDS), [], 'the list itself names nobody');
    t.deepEqual(wordsIn(JSON.stringify(again.log), WORDS), []);
    for (const path of ['/status.json', '/metrics'])
      t.deepEqual(wordsIn(await (await fetch(`${again.adminUrl}${path}`)).text(), WORDS), [], path);

    t.is((await runCommand(['quarantine', 'drop', '--all'], bridge.dataDir)).code, 0);
    t.deepEqual(await tablesWith(bridge.dataDir, WORDS), {});
    await again.end('SIGTERM');
  });

test('full: points that InfluxDB refuses are told without naming anybody', async (t) => {
  t.timeout(300_000);
  const { influx } = t.context;
  await influx.createBucket('refuses', { retentionSeconds: 3_600 });
  const bridge = await startBridgeProcess(t, { ...toInflux(influx, 'refuses'), LOG_LEVEL: 'debug' });
  for (const event of EVERYTHING) t.is((await bridge.post(event)).status, 204);
  await bridge.drained(60_000);
  t.true((await bridge.status()).quarantine.items > 0);
  t.true(bridge.log.some(({ message }) => String(message).startsWith('InfluxDB refused points')));
  for (const path of ['/status.json', '/metrics'])
    t.deepEqual(wordsIn(await (await fetch(`${bridge.adminUrl}${path}`)).text(), WORDS), [], path);
  t.deepEqual(wordsIn(JSON.stringify(bridge.log), WORDS), []);
});

test('the secret stands in no file and in nothing that is told', async (t) => {
  t.timeout(300_000);
  const { influx } = t.context;
  await influx.createBucket('secrets');
  const bridge = await startBridgeProcess(t, { ...toInflux(influx, 'secrets'), LOG_LEVEL: 'debug' });
  await bridge.post(EVENTS[0]);
  await postRefused(bridge);
  await bridge.drained(60_000);
  const secrets = [BRIDGE_SECRET, influx.token];
  for (const path of ['/', '/status.json', '/metrics'])
    t.deepEqual(wordsIn(await (await fetch(`${bridge.adminUrl}${path}`)).text(), secrets), [], path);
  await bridge.end('SIGTERM');
  t.deepEqual(wordsIn(JSON.stringify(bridge.log), secrets), []);
  t.deepEqual(filesWith(bridge.dataDir, secrets), {});
});

test('the planted devices are told without their owners, so the scan would have found those', (t) => {
  t.true(WORDS.includes('Planted'));
  t.regex(`${DEVICES.microphone} ${DEVICES.speaker}`, /Planted.*Planted/);
});
