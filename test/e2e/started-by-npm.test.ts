import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ROOT } from '../deploy/repository.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';

/** Starts the bridge as README says, and ends it by force at the end of the test where nothing else has. */
async function start(t: ExecutionContext, command: string, args: readonly string[]) {
  const dataDir = tempFolder(t, 'npm');
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ZOOM_SECRET_TOKEN: 'AbcdefghijklmnopqrstUv',
      HOST: '127.0.0.1',
      PORT: '0',
      ADMIN_PORT: '0',
      DATA_DIR: dataDir,
      INFLUX_URL: 'http://127.0.0.1:9',
      INFLUX_ORG: 'test',
      INFLUX_TOKEN: 'test',
      LOG_FORMAT: 'json',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (some: string) => {
      output += some;
    });
  t.teardown(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  });
  const closed = once(child, 'close');
  await until('the bridge receives', () => output.includes('the bridge receives'), 120_000);
  t.true(existsSync(join(dataDir, 'bridge.lock')));
  return { child, closed, dataDir, output: () => output };
}

test('a bridge that no event has reached yet finds out that InfluxDB is away, and does not say before that writing works', async (t) => {
  const { output } = await start(t, process.execPath, [join(ROOT, 'scripts/run.mjs'), 'serve']);
  await until('it is told', () => output().includes('InfluxDB does not take points'), 10_000);
  t.notRegex(output(), /writing to InfluxDB works/);
});

const ENDED = /"message":"the bridge has ended/;

test('a SIGTERM to npm, whose shell tells nobody, ends the bridge in order', async (t) => {
  const { child, closed, dataDir, output } = await start(t, 'npm', ['start']);
  child.kill('SIGTERM');
  await closed;
  t.regex(output(), ENDED);
  t.false(existsSync(join(dataDir, 'bridge.lock')));
});

test('Ctrl-C on a terminal, which reaches npm, its shell and the bridge, ends it in order', async (t) => {
  const { child, closed, dataDir, output } = await start(t, 'script', ['-qefc', 'npm start', '/dev/null']);
  child.stdin.write('\u0003');
  await closed;
  t.regex(output(), ENDED);
  t.false(existsSync(join(dataDir, 'bridge.lock')));
});
