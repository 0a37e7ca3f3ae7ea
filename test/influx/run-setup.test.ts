import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { runSetup, type SetupSettings } from '../../src/influx/run-setup.js';
import { influxdForTests, startTestInflux, type TestInflux } from '../helpers/influx.js';

const DAY = 86_400;
const test = anyTest as TestFn<TestInflux>;

test.before(async (t) => {
  t.context = await startTestInflux();
});
test.after.always(async (t) => {
  await t.context.stop();
});

async function run(
  t: ExecutionContext<TestInflux>,
  overrides: Partial<SetupSettings>,
): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await runSetup(
    {
      influxUrl: t.context.url,
      influxOrg: t.context.org,
      influxBucket: 'zoom',
      influxRollupBucket: 'zoom_rollup',
      retentionSeconds: 30 * DAY,
      rollupRetentionSeconds: 400 * DAY,
      dataDir: t.context.dataDir,
      adminToken: t.context.token,
      ...overrides,
    },
    (line) => lines.push(line),
  );
  return { code, text: lines.join('\n') };
}

test('setup tells what it did, where the tokens are and what to set next', async (t) => {
  const { code, text } = await run(t, { influxBucket: 'one', influxRollupBucket: 'one_rollup' });
  t.is(code, 0);
  t.regex(text, /\+ created bucket one, which keeps 30 d/);
  t.regex(text, /\+ created bucket one_rollup, which keeps 400 d/);
  t.true(text.includes(`INFLUX_URL=${t.context.url}`));
  t.true(text.includes(`INFLUX_ORG=${t.context.org}`));
  t.true(text.includes(`INFLUX_TOKEN_FILE=${join(t.context.dataDir, 'tokens', 'influx-write-token')}`));
  t.regex(text, /for Grafana, the token in .*influx-read-token/);
  for (const secret of [t.context.token, t.context.writeToken, t.context.readToken]) {
    t.false(text.includes(secret), 'no token is printed');
  }
});

test('setup that runs again says that there was nothing to do', async (t) => {
  const settings = {
    influxBucket: 'two',
    influxRollupBucket: 'two_rollup',
    tokensDir: join(t.context.dataDir, 'two'),
  };
  t.is((await run(t, settings)).code, 0);
  const { code, text } = await run(t, settings);
  t.is(code, 0);
  t.regex(text, /= nothing to change/);
  t.notRegex(text, /\+ /);
});

const failures: { title: string; code: number; overrides: Partial<SetupSettings>; text: RegExp }[] = [
  {
    title: 'setup without an admin token ends with 78 and says which setting is missing',
    code: 78,
    overrides: { adminToken: '' },
    text: /INFLUX_ADMIN_TOKEN/,
  },
  {
    title: 'setup with a wrong admin token ends with 77',
    code: 77,
    overrides: { adminToken: 'x' },
    text: /does not accept the admin token/,
  },
  {
    title: 'setup for a missing organization ends with 78 and names those that there are',
    code: 78,
    overrides: { influxOrg: 'nobody' },
    text: /there is "test"/,
  },
  {
    title: 'setup with an address that is none ends with 78',
    code: 78,
    overrides: { influxUrl: 'influxdb:8086' },
    text: /is no address of an InfluxDB/,
  },
  {
    title: 'setup whose folder for tokens can not be made ends with 78 and no stack',
    code: 78,
    overrides: { tokensDir: join(fileURLToPath(import.meta.url), 'tokens') },
    text: /^setup failed: ENOTDIR.*\/tokens/,
  },
];

for (const { title, code, overrides, text } of failures) {
  test(title, async (t) => {
    const result = await run(t, overrides);
    t.regex(result.text, text);
    t.is(result.code, code);
    t.notRegex(result.text, /\n {4}at /);
  });
}

test('setup of an InfluxDB that does not run ends with 69', async (t) => {
  const { code, text } = await run(t, { influxUrl: `http://127.0.0.1:${await findFreePort()}` });
  t.is(code, 69);
  t.regex(text, /^setup failed: InfluxDB at .* can not be reached/);
});

test.serial('without an address, setup prepares the local InfluxDB and stops it again', async (t) => {
  const before = process.env['INFLUXD'];
  process.env['INFLUXD'] = await influxdForTests();
  const dataDir = await mkdtemp(join(tmpdir(), 'qss-bridge-setup-'));
  t.teardown(async () => {
    process.env['INFLUXD'] = before ?? '';
    await rm(dataDir, { recursive: true, force: true });
  });
  const settings: SetupSettings = {
    influxOrg: 'acme',
    influxBucket: 'zoom',
    influxRollupBucket: 'zoom_rollup',
    retentionSeconds: 30 * DAY,
    rollupRetentionSeconds: 400 * DAY,
    dataDir,
  };
  const lines: string[] = [];
  t.is(await runSetup(settings, (line) => lines.push(line)), 0);
  t.regex(lines.join('\n'), /local InfluxDB \(INFLUXD\), data in .*\/influxdb\n/);
  t.regex(lines.join('\n'), /bucket zoom now keeps 30 d instead of everything/);
  t.regex(lines.join('\n'), /start the bridge with the same DATA_DIR and without INFLUX_URL/);
  lines.length = 0;
  t.is(await runSetup(settings, (line) => lines.push(line)), 0);
  t.regex(lines.join('\n'), /nothing to change/);
});
