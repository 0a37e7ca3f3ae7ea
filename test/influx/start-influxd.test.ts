import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { isHealthy } from '../../src/influx/local/health.js';
import { influxdFolder } from '../../src/influx/local/influxd-folder.js';
import { isAlive, lookUpProcess } from '../../src/influx/local/process-lookup.js';
import { InfluxdStartError, type RunningInfluxd } from '../../src/influx/local/running-influxd.js';
import { DataFolderInUseError } from '../../src/influx/local/stale-influxd.js';
import { type StartInfluxdOptions, startInfluxd } from '../../src/influx/local/start-influxd.js';
import { influxdForTests } from '../helpers/influx.js';
import { startAnsweringServer } from './answering-server.js';

const HOLDER = fileURLToPath(new URL('hold-influxd.js', import.meta.url));
const test = anyTest as TestFn<{ dataDir: string; binary: string }>;

test.beforeEach(async (t) => {
  t.context = {
    dataDir: await mkdtemp(join(tmpdir(), 'qss-bridge-start-')),
    binary: await influxdForTests(),
  };
});
test.afterEach.always(async (t) => {
  await rm(t.context.dataDir, { recursive: true, force: true });
});

type Test = ExecutionContext<{ dataDir: string; binary: string }>;

async function start(t: Test, options: Partial<StartInfluxdOptions> = {}): Promise<RunningInfluxd> {
  const running = await startInfluxd({ ...t.context, ...options });
  t.teardown(running.stop);
  return running;
}

async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      return false;
    }
    await delay(25);
  }
  return true;
}

/** Starts InfluxDB as a bridge would that is a process of its own. */
async function startElsewhere(t: Test): Promise<{ holder: ChildProcess; url: string; pid: number }> {
  const holder = spawn(process.execPath, [HOLDER, t.context.binary, t.context.dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => holder.kill('SIGKILL'));
  for await (const line of createInterface({ input: holder.stdout })) {
    const { url, pid }: { url: string; pid: number } = JSON.parse(line);
    return { holder, url, pid };
  }
  throw new Error('it ended without a word');
}

test('InfluxDB is ready when start resolves, and gone when stop resolves', async (t) => {
  const running = await start(t);
  t.true(await isHealthy(running.url));
  await running.stop();
  t.false(isAlive(running.pid));
  t.like(await running.exited, { expected: true });
  await t.notThrowsAsync(running.stop(), 'stopping twice is fine');
});

test('it listens on the loopback interface alone', async (t) => {
  const { port } = await start(t);
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of outside) {
    t.false(await isHealthy(`http://${address}:${port}`), address);
  }
  t.true(await isHealthy(`http://127.0.0.1:${port}`));
});

test('its folder is for the owner alone, and holds all its data', async (t) => {
  await start(t);
  const files = influxdFolder(t.context.dataDir);
  t.is((await stat(files.folder)).mode & 0o777, 0o700);
  for (const path of [files.bolt, files.engine, files.sqlite]) {
    await t.notThrowsAsync(stat(path));
  }
});

test('the preferred port is taken where it is free, and another one where it is not', async (t) => {
  const preferredPort = await findFreePort();
  const first = await start(t, { preferredPort });
  t.is(first.port, preferredPort);
  const second = await start(t, { preferredPort, dataDir: join(t.context.dataDir, 'second') });
  t.not(second.port, preferredPort);
  t.true(await isHealthy(second.url));
});

test('a port that somebody else has is told as such, and is not mistaken for ours', async (t) => {
  const url = await startAnsweringServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"pass"}');
  });
  await t.throwsAsync(start(t, { port: Number(new URL(url).port) }), {
    instanceOf: InfluxdStartError,
    code: 'influxd_start_failed',
    message: /address already in use/,
  });
});

test('its log is told line by line with the level of each', async (t) => {
  const lines: [string, string][] = [];
  const running = await start(t, { onLog: (line, level) => lines.push([level, line]) });
  await fetch(`${running.url}/api/v2/buckets`, { method: 'POST', headers: { authorization: 'Token no' } });
  t.true(lines.some(([level, line]) => level === 'info' && line.includes('Listening')));
});

test('a program that ends at once is told with what it said', async (t) => {
  const binary = join(t.context.dataDir, 'influxd');
  await writeFile(binary, '#!/bin/sh\necho "no such luck" >&2\nexit 7\n', { mode: 0o755 });
  await t.throwsAsync(start(t, { binary }), { message: /exit code 7; the last it said:\nno such luck/ });
});

test('a program that can not be run is told with why', async (t) => {
  await t.throwsAsync(start(t, { binary: join(t.context.dataDir, 'absent') }), { message: /ENOENT/ });
});

test('a program that never gets ready is ended and told', async (t) => {
  const binary = join(t.context.dataDir, 'influxd');
  const pidFile = join(t.context.dataDir, 'pid');
  await writeFile(binary, `#!/bin/sh\necho $$ > ${pidFile}\nexec sleep 60\n`, { mode: 0o755 });
  await t.throwsAsync(start(t, { binary, startTimeoutMs: 500 }), { message: /not healthy within 0\.5 s/ });
  t.false(isAlive(Number(await readFile(pidFile, 'utf8'))));
});

test('settings of another InfluxDB on the machine do not reach ours', async (t) => {
  const env = { ...process.env, INFLUXD_BOLT_PATH: '/nowhere/x.bolt', INFLUXD_TLS_CERT: '/nowhere/x.pem' };
  t.true(await isHealthy((await start(t, { env })).url));
});

test('InfluxDB that is killed is told as having died, and starts again with its data', async (t) => {
  const first = await start(t);
  first.kill('SIGKILL');
  t.like(await first.exited, { expected: false, signal: 'SIGKILL', exitCode: null });
  const second = await start(t, { port: first.port });
  t.is(second.url, first.url);
  t.true(await isHealthy(second.url));
});

test('InfluxDB does not outlive a bridge that was killed by SIGKILL', async (t) => {
  const { holder, url, pid } = await startElsewhere(t);
  t.true(await isHealthy(url));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  t.true(await until(() => !isAlive(pid)));
  t.true(await isHealthy((await start(t)).url), 'and the next one starts on the same data');
});

test('one that outlived its bridge all the same is stopped by the next start', async (t) => {
  const { holder, pid } = await startElsewhere(t);
  // Stopped, it can not heed the signal that ends it with its bridge.
  process.kill(pid, 'SIGSTOP');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  t.true(isAlive(pid));
  const lookUp = await lookUpProcess(pid);
  t.true(lookUp?.commandLine.includes(t.context.dataDir));
  setTimeout(() => process.kill(pid, 'SIGCONT'), 500);
  const running = await start(t);
  t.true(await until(() => !isAlive(pid)));
  t.true(await isHealthy(running.url));
});

test('one of a bridge that is alive is left alone, and told with the number of the bridge', async (t) => {
  const { holder, url } = await startElsewhere(t);
  const error = await t.throwsAsync(start(t), {
    instanceOf: DataFolderInUseError,
    code: 'data_folder_in_use',
  });
  t.true(error?.message.includes(`process ${holder.pid}`));
  t.true(await isHealthy(url));
});

test('a process that only got the number of an old InfluxDB is left alone', async (t) => {
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  t.teardown(() => other.kill('SIGKILL'));
  const { folder, processFile } = influxdFolder(t.context.dataDir);
  await mkdir(folder, { recursive: true });
  await writeFile(processFile, `${other.pid} 999999999\n`);
  await start(t);
  t.true(isAlive(Number(other.pid)));
  t.not(await readFile(processFile, 'utf8'), `${other.pid} 999999999\n`);
});
