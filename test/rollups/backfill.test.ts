import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { planBackfill } from '../../src/backfill/plan.js';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { fluxString } from '../../src/rollups/flux-text.js';
import { startBridgeProcess } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { influxClient, influxdForTests, startTestInflux, type TestInflux } from '../helpers/influx.js';
import { runCli, startCli } from '../helpers/run-cli.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { accountPoints } from './account.js';
import { expectedRollups, type RawPoint } from './reference.js';
import { readRollups, writeRaw } from './rolled-up.js';

const suite = anyTest as TestFn<TestInflux>;
const test = suite.serial;

const HOUR = 3_600_000;
const DAY = Date.parse('2026-02-03T00:00:00Z');

suite.before(async (t) => {
  t.context = await startTestInflux();
});
suite.after.always(async (t) => {
  await t.context.stop();
});

let serial = 0;

async function place(t: ExecutionContext<TestInflux>, raw: readonly RawPoint[]) {
  serial += 1;
  const bucket = `raw ${serial}`;
  const rollupBucket = `rolled up ${serial}`;
  await t.context.createBucket(bucket);
  await t.context.createBucket(rollupBucket);
  await writeRaw(t.context, bucket, raw);
  return {
    bucket,
    rollupBucket,
    cwd: tempFolder(t, 'rollup'),
    env: {
      INFLUX_URL: t.context.url,
      INFLUX_ORG: t.context.org,
      INFLUX_ADMIN_TOKEN: t.context.token,
      INFLUX_BUCKET: bucket,
      INFLUX_ROLLUP_BUCKET: rollupBucket,
    },
  };
}

test('a past range is made whole, and making it again changes nothing', async (t) => {
  const raw = accountPoints({ from: DAY + 9 * HOUR + 1_800_000, minutes: 60, people: 4 });
  const { env, cwd, rollupBucket } = await place(t, raw);
  // The range begins and ends within windows; they are made whole all the same.
  const args = ['rollup', '--from', '2026-02-03T09:40', '--to', '2026-02-03T10:20:01Z'];
  const first = await runCli(args, cwd, env);
  t.is(first.code, 0, first.err);
  t.regex(
    first.out,
    /^made the rollups from 2026-02-03T09:40Z to 2026-02-03T10:20:01\.?0*Z: [\d,]+ values in rolled up \d+$/m,
  );
  const found = await readRollups(t.context, fluxString(rollupBucket));
  const expected = expectedRollups(raw, ['5m', '1h', '1d']);
  t.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [key, fields] of expected) t.is(found.get(key)?.['samples'], fields['samples'], key);
  const before = await dumpBucket(t.context, rollupBucket);
  t.is((await runCli(args, cwd, env)).code, 0);
  t.deepEqual(await dumpBucket(t.context, rollupBucket), before);
});

test('a backfill that is stopped says where, and goes on there', async (t) => {
  const raw = accountPoints({ from: DAY + 6 * HOUR, minutes: 4 * 60, people: 1 });
  const { env, cwd, rollupBucket } = await place(t, raw);
  const range = ['--from', '2026-02-03T06:00', '--to', '2026-02-03T10:00'];
  const { child, ended, out } = startCli(['rollup', ...range], cwd, env);
  await until('something is made', async () => {
    const rows = await t.context.query(
      `from(bucket: ${fluxString(rollupBucket)}) |> range(start: 2026-02-03T00:00:00Z) |> limit(n: 1)`,
    );
    return rows.length > 0;
  });
  child.kill('SIGTERM');
  t.is((await ended).code, 1, out());
  const again = /^stopped at \S+; go on with (--from \S+),/m.exec(out())?.[1];
  t.truthy(again, out());
  const rest = await runCli(['rollup', ...(again ?? '').split(' '), '--to', '2026-02-03T10:00'], cwd, env);
  t.is(rest.code, 0, rest.err);
  const found = await readRollups(t.context, fluxString(rollupBucket));
  t.deepEqual([...found.keys()].sort(), [...expectedRollups(raw, ['5m', '1h', '1d']).keys()].sort());
});

test('what is wrong is said, with what to do and an exit code of its own', async (t) => {
  const { env, cwd } = await place(t, []);
  const range = ['--from', '2026-02-03', '--to', '2026-02-03T02:00'];
  const run = (args: readonly string[], changes: Readonly<Record<string, string>> = {}) =>
    runCli(['rollup', ...args], cwd, { ...env, ...changes });
  const cases: [string, Promise<{ code: number | null; out: string; err: string }>, number, RegExp][] = [
    [
      'nothing there',
      run(range),
      66,
      /nothing to sum up in raw \d+ from 2026-02-03T00:00Z to 2026-02-03T02:00Z/,
    ],
    ['no range', run([]), 64, /needs --from TIME/],
    ['no time', run(['--from', 'yesterday', '--to', '2026-02-03']), 64, /--from takes a time/],
    ['wrong order', run(['--from', '2026-02-04', '--to', '2026-02-03']), 64, /has to lie before --to/],
    ['not yet', run(['--from', '2100-01-01', '--to', '2100-01-02']), 64, /has to lie in the past/],
    ['no token', run(range, { INFLUX_ADMIN_TOKEN: '' }), 78, /INFLUX_ADMIN_TOKEN .* is needed/],
    ['wrong token', run(range, { INFLUX_ADMIN_TOKEN: 'x' }), 77, /does not accept the admin token/],
    ['no bucket', run(range, { INFLUX_BUCKET: 'none' }), 78, /has no bucket none; "qss-bridge setup"/],
    [
      'away',
      run(range, { INFLUX_URL: `http://127.0.0.1:${await findFreePort()}` }),
      69,
      /can not be reached/,
    ],
  ];
  for (const [title, running, code, text] of cases) {
    const { code: found, out, err } = await running;
    t.is(found, code, `${title}: ${out}${err}`);
    t.regex(out + err, text, title);
    t.notRegex(out + err, /\n {4}at /, title);
  }
});

test('the InfluxDB of a bridge that runs is used while it runs', async (t) => {
  const env = { INFLUXD: await influxdForTests(), ADMIN_PORT: String(await findFreePort()) };
  const { dataDir, status, end } = await startBridgeProcess(t, env);
  await until('it is there', async () => (await status()).writer.url !== undefined, 60_000);
  const { url } = (await status()).writer;
  const credentials = JSON.parse(await readFile(join(dataDir, 'influxdb', 'credentials.json'), 'utf8'));
  const influx = { url: String(url), org: String(credentials.org), token: String(credentials.token) };
  const from = Math.floor(Date.now() / HOUR) * HOUR - 3 * HOUR;
  const raw = accountPoints({ from, minutes: 60, people: 2 });
  await writeRaw(influx, 'zoom', raw);
  const args = [
    'rollup',
    '--from',
    new Date(from).toISOString(),
    '--to',
    new Date(from + HOUR).toISOString(),
  ];
  const { code, out, err } = await runCli(args, dataDir, { ...env, DATA_DIR: dataDir });
  t.is(code, 0, out + err);
  const query = (flux: string) =>
    influxClient(influx).getQueryApi(influx.org).collectRows<Record<string, unknown>>(flux);
  const found = await readRollups({ query }, '"zoom_rollup"');
  for (const key of expectedRollups(raw, ['5m', '1h']).keys()) t.true(found.has(key), key);
  await end('SIGTERM');
  const stopped = await runCli(args, dataDir, { ...env, DATA_DIR: dataDir });
  t.is(stopped.code, 0, 'without the bridge it starts the local InfluxDB itself');
});

test('windows that are not over, or whose raw points may be gone, are not made', (t) => {
  const now = DAY + 10 * HOUR + 17 * 60_000;
  const chunks = planBackfill({
    from: DAY - 24 * HOUR,
    to: DAY + 12 * HOUR,
    now,
    keptFrom: DAY - 20 * HOUR - 1,
  });
  const windows = chunks.flatMap(({ pieces }) =>
    pieces.filter(({ rollup }) => rollup === 'zoom_place').flatMap((piece) => piece.windows),
  );
  const starts = (resolution: string) =>
    windows.filter((window) => window.resolution === resolution).map(({ start }) => Date.parse(start));
  t.is(Math.max(...starts('5m')), DAY + 10 * HOUR + 10 * 60_000);
  t.is(Math.min(...starts('5m')), DAY - 20 * HOUR);
  t.is(Math.max(...starts('1h')), DAY + 9 * HOUR);
  t.is(Math.min(...starts('1h')), DAY - 20 * HOUR);
  t.deepEqual(starts('1d'), []);
});
