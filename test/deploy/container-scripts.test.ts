import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { composeConfig, REQUIRED } from './compose-config.js';

/** The shell script in a service's entrypoint or command, with Compose's doubled dollars undone. */
function scriptOf(name: string, key: 'entrypoint' | 'command'): string {
  const [shell, option, script] = composeConfig(REQUIRED, ['tls']).get(name)?.[key] ?? [];
  if (shell !== '/bin/sh' || option !== '-ec' || script === undefined)
    throw new Error(`${name} runs no script`);
  return script.replaceAll('$$', '$');
}

const sh = (script: string, env: Record<string, string> = {}) =>
  spawnSync('/bin/sh', ['-ec', script], { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' });

async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'qss-bridge-script-'));
  t.teardown(() => rm(path, { recursive: true }));
  return path;
}

async function grafanaScript(t: ExecutionContext): Promise<{ script: string; tokens: string }> {
  const tokens = await folder(t);
  const start = join(tokens, 'run.sh');
  await writeFile(start, '#!/bin/sh\nprintf "[%s]" "$INFLUX_READ_TOKEN"\n');
  await chmod(start, 0o755);
  const script = scriptOf('grafana', 'entrypoint');
  return { tokens, script: script.replace('/tokens/', `${tokens}/`).replace('/run.sh', start) };
}

test('Grafana gets the token that setup wrote, without the line end', async (t) => {
  const { script, tokens } = await grafanaScript(t);
  await writeFile(join(tokens, 'influx-read-token'), 'read-token==\n');
  t.is(sh(script).stdout, '[read-token==]');
});

test('Grafana does not start without a token, and says where to look', async (t) => {
  const { script } = await grafanaScript(t);
  const { status, stdout, stderr } = sh(script);
  t.is(status, 1);
  t.is(stdout, '');
  t.regex(stderr, /docker compose logs setup/);
});

test('the proxy asks for PUBLIC_HOSTNAME itself, since Compose would ask even with the profile off', (t) => {
  t.notThrows(() => composeConfig(REQUIRED, ['tls']));
  const { status, stderr } = sh(scriptOf('proxy', 'command'), { PUBLIC_HOSTNAME: '' });
  t.is(status, 78);
  t.regex(stderr, /Set PUBLIC_HOSTNAME in \.env/);
});

test('the health check of the bridge tells a living one from a dead one', async (t) => {
  const [, program = '', ...args] = composeConfig(REQUIRED).get('bridge')?.healthcheck?.test ?? [];
  t.is(program, 'node');
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/healthz' ? 200 : 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test server has no port');
  const check = () =>
    run(
      process.execPath,
      // How long it waits is not what is asked here: other tests may have the processors.
      args.map((arg) => arg.replace('9464', String(address.port)).replace('(4000)', '(60000)')),
    );
  t.is(await check(), 0);
  await new Promise((resolve) => server.close(resolve));
  t.is(await check(), 1);
});

function run(program: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: 'ignore' }).on('close', resolve).on('error', reject);
  });
}
