import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import anyTest, { type TestFn } from 'ava';
import { isHealthy } from '../../src/influx/local/health.js';
import { InfluxdUnavailableError } from '../../src/influx/local/influxd-unavailable-error.js';
import { ensureLocalInflux, type LocalInfluxOptions } from '../../src/influx/local/local-influx.js';
import { provisionInflux } from '../../src/influx/provision.js';
import { influxdForTests } from '../helpers/influx.js';
import { installFakeDocker } from './fake-docker.js';

const test = anyTest as TestFn<{ dataDir: string; options: LocalInfluxOptions }>;

test.beforeEach(async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'qss-bridge-local-'));
  t.context = {
    dataDir,
    options: {
      dataDir,
      org: 'acme',
      bucket: 'zoom',
      env: { ...process.env, INFLUXD: await influxdForTests() },
    },
  };
});
test.afterEach.always(async (t) => {
  await rm(t.context.dataDir, { recursive: true, force: true });
});

test('a local InfluxDB is found, started and set up, and the next time is the same one', async (t) => {
  const { dataDir, options } = t.context;
  const provision = (influx: { url: string; org: string; token: string }) =>
    provisionInflux({
      url: influx.url,
      org: influx.org,
      adminToken: influx.token,
      bucket: 'zoom',
      rollupBucket: 'zoom_rollup',
      retentionSeconds: 0,
      rollupRetentionSeconds: 0,
      tokensDir: join(dataDir, 'tokens'),
    });
  const first = await ensureLocalInflux(options);
  t.is(first.source, 'INFLUXD');
  t.is(first.org, 'acme');
  t.true((await provision(first)).changes.length > 0);
  await first.stop();
  t.false(await isHealthy(first.url));

  const second = await ensureLocalInflux({ ...options, org: 'renamed in the settings' });
  t.is(second.token, first.token);
  t.is(second.org, 'acme', 'the organization of the data stays');
  t.deepEqual((await provision(second)).changes, []);
  await second.stop();
});

test('one that is killed comes back at the same address, and its death is told', async (t) => {
  const exits: unknown[] = [];
  const local = await ensureLocalInflux({ ...t.context.options, onExit: (exit) => exits.push(exit) });
  t.teardown(local.stop);
  const before = local.pid();
  process.kill(before, 'SIGKILL');
  for (let tries = 0; tries < 200 && (local.pid() === before || !(await isHealthy(local.url))); tries += 1) {
    await delay(50);
  }
  t.not(local.pid(), before);
  t.true(await isHealthy(local.url));
  t.is(exits.length, 1);
});

test('where no program is found, the container is started', async (t) => {
  const { options, dataDir } = t.context;
  const docker = await installFakeDocker(dataDir, await influxdForTests());
  const progress: string[] = [];
  const local = await ensureLocalInflux({
    ...options,
    env: { PATH: docker.path, HOME: dataDir },
    progress: (line) => progress.push(line),
  });
  t.is(local.source, 'docker');
  t.regex(progress[0] ?? '', /Docker 28\.2\.2; the first time this fetches the image/);
  t.true(await isHealthy(local.url));
  await local.stop();
});

test('where nothing works, everything that was tried is told, with what is missing for each', async (t) => {
  const { options, dataDir } = t.context;
  const error = await t.throwsAsync(ensureLocalInflux({ ...options, env: { PATH: '', HOME: dataDir } }), {
    instanceOf: InfluxdUnavailableError,
    code: 'influxd_unavailable',
  });
  t.is(error?.tried.length, 3);
  t.regex(
    error?.message ?? '',
    /influxd: INFLUXD is not set, and it is neither on the PATH nor in the cache/,
  );
  t.regex(error?.message ?? '', /Docker: there is no `docker`/);
  t.regex(error?.message ?? '', /building it: .*\n.*Go 1\.24 or newer/);
  t.regex(error?.message ?? '', /set INFLUX_URL to an InfluxDB 2 elsewhere/);
});

test('INFLUXD that can not be run is told, and nothing else is started in its place', async (t) => {
  const { options } = t.context;
  const error = await t.throwsAsync(
    ensureLocalInflux({ ...options, env: { ...process.env, INFLUXD: '/nowhere' } }),
    {
      instanceOf: InfluxdUnavailableError,
    },
  );
  t.is(error?.tried.length, 1);
  t.regex(error?.message ?? '', /INFLUXD names \/nowhere/);
});

test('a second bridge on the same folder is told whose it is', async (t) => {
  const local = await ensureLocalInflux(t.context.options);
  t.teardown(local.stop);
  await t.throwsAsync(ensureLocalInflux(t.context.options), { code: 'data_folder_in_use' });
  t.true(await isHealthy(local.url));
});
