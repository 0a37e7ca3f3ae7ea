import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import {
  dockerArguments,
  findDockerEngine,
  startDockerInfluxd,
} from '../../src/influx/local/docker-influxd.js';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { isHealthy } from '../../src/influx/local/health.js';
import { influxdFolder } from '../../src/influx/local/influxd-folder.js';
import { startInfluxd } from '../../src/influx/local/start-influxd.js';
import { influxdForTests } from '../helpers/influx.js';
import { installFakeDocker } from './fake-docker.js';

const test = anyTest as TestFn<string>;

test.beforeEach(async (t) => {
  t.context = await mkdtemp(join(tmpdir(), 'qss-bridge-docker-'));
});
test.afterEach.always(async (t) => {
  await rm(t.context, { recursive: true, force: true });
});

async function dockerThat(folder: string, script: string): Promise<NodeJS.ProcessEnv> {
  const path = join(folder, 'bin', 'docker');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: dirname(path) };
}

test('without the docker command there is no engine, and that is the reason told', async (t) => {
  t.deepEqual(await findDockerEngine({ PATH: t.context }), {
    answers: false,
    reason: 'there is no `docker` on the PATH',
  });
});

test('a docker command without an engine behind it is no engine, and what it says is told', async (t) => {
  const env = await dockerThat(t.context, 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
  t.deepEqual(await findDockerEngine(env), {
    answers: false,
    reason: 'the Docker engine does not answer (Cannot connect to the Docker daemon)',
  });
});

test('a docker command that ends well and tells no version of the server is no engine', async (t) => {
  t.like(await findDockerEngine(await dockerThat(t.context, 'echo; exit 0')), { answers: false });
});

test('an engine that answers is told with its version', async (t) => {
  const env = await dockerThat(t.context, '[ "$*" = "version --format {{.Server.Version}}" ] && echo 28.2.2');
  t.like(await findDockerEngine(env), { answers: true, version: '28.2.2' });
});

test('the container is reachable from this machine alone, runs as this user, and keeps its data in our folder', (t) => {
  const args = dockerArguments(influxdFolder('/srv/bridge data'), 8086, { uid: 1000, gid: 1001 });
  t.deepEqual(args, [
    'run',
    '--rm',
    args[2] ?? '',
    '--publish=127.0.0.1:8086:8086',
    '--mount=type=bind,source=/srv/bridge data/influxdb,target=/var/lib/influxdb2',
    '--user=1000:1001',
    'influxdb:2.8',
    'influxd',
    'run',
    '--bolt-path=/var/lib/influxdb2/influxd.bolt',
    '--engine-path=/var/lib/influxdb2/engine',
    '--sqlite-path=/var/lib/influxdb2/influxd.sqlite',
    '--reporting-disabled',
    '--log-level=info',
  ]);
  t.regex(args[2] ?? '', /^--name=qss-bridge-influxdb-[0-9a-f]{12}$/);
});

test('each data folder has a container name of its own, always the same', (t) => {
  const name = (folder: string) => dockerArguments(influxdFolder(folder), 8086)[2];
  t.is(name('/a'), name('/a'));
  t.not(name('/a'), name('/b'));
});

test('where the user has no number, as on Windows, the image chooses', (t) => {
  t.false(dockerArguments(influxdFolder('/a'), 1, undefined).join(' ').includes('undefined'));
});

test('the container is started, stopped and removed, and its data serves the program as well', async (t) => {
  const { command, journal } = await installFakeDocker(t.context, await influxdForTests());
  const running = await startDockerInfluxd({ command, dataDir: t.context });
  t.true(await isHealthy(running.url));
  await running.stop();
  t.false(await isHealthy(running.url));
  const asked = (await readFile(journal, 'utf8')).trim().split('\n');
  t.deepEqual(
    asked.map((line) => line.split(' ')[0]),
    ['rm', 'run', 'rm'],
    'one left over from before is removed first',
  );
  const program = await startInfluxd({ binary: await influxdForTests(), dataDir: t.context });
  t.true(await isHealthy(program.url));
  await program.stop();
});

test('a port that somebody takes at the last moment leads to another one', async (t) => {
  const journal = join(t.context, 'ports');
  const env = await dockerThat(
    t.context,
    `[ "$1" = rm ] && exit 0
echo "$4" >> ${journal}
[ -s ${journal}.once ] && { echo 'manifest unknown' >&2; exit 125; }
echo once > ${journal}.once
echo 'Bind for 127.0.0.1:4242 failed: port is already allocated' >&2; exit 125`,
  );
  const preferredPort = await findFreePort();
  await t.throwsAsync(
    startDockerInfluxd({ command: `${env['PATH']}/docker`, dataDir: t.context, preferredPort }),
    { message: /manifest unknown/ },
  );
  const ports = (await readFile(journal, 'utf8')).trim().split('\n');
  t.is(ports[0], `--publish=127.0.0.1:${preferredPort}:8086`);
  t.is(ports.length, 2);
  t.not(ports[1], ports[0]);
});

test('an image that can not be fetched is told with what Docker said', async (t) => {
  const env = await dockerThat(t.context, '[ "$1" = rm ] || { echo "manifest unknown" >&2; exit 125; }');
  await t.throwsAsync(startDockerInfluxd({ command: `${env['PATH']}/docker`, dataDir: t.context }), {
    code: 'influxd_start_failed',
    message: /exit code 125; the last it said:\nmanifest unknown/,
  });
});
