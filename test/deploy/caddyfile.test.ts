import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { ROOT, readText } from './repository.js';

const MIB = 1024 * 1024;

type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

let proxy: ChildProcess;
let upstream: Server;
let address: string;
let folder: string;
const seen: Seen[] = [];

/** Stands where the bridge stands, and remembers what reached it. */
async function startUpstream(): Promise<number> {
  upstream = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the proxy cut it off, so it did not arrive
    }
    const { method = '', url = '', headers } = request;
    seen.push({ method, path: url, headers, body: Buffer.concat(chunks) });
    response.writeHead(url === '/healthz' ? 200 : 204).end();
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  const bound = upstream.address();
  if (bound === null || typeof bound === 'string') throw new Error('the test server has no port');
  return bound.port;
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (proxy.exitCode !== null) throw new Error(`caddy ended with ${proxy.exitCode}`);
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return;
    await sleep(100);
  }
  throw new Error('caddy does not answer');
}

test.before(async () => {
  if (spawnSync('caddy', ['version']).status !== 0)
    throw new Error('Caddy is needed to try deploy/Caddyfile: apt-get install caddy');
  folder = await mkdtemp(join(tmpdir(), 'qss-bridge-caddy-'));
  const port = await startUpstream();
  // With http:// before the name, Caddy asks for no certificate.
  address = `http://127.0.0.1:${await findFreePort()}`;
  proxy = spawn('caddy', ['run', '--config', join(ROOT, 'deploy/Caddyfile'), '--adapter', 'caddyfile'], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      PUBLIC_HOSTNAME: address,
      WEBHOOK_PATH: '/zoom/webhook',
      WEBHOOK_UPSTREAM: `127.0.0.1:${port}`,
    },
    stdio: 'ignore',
  });
  await answers(`${address}/healthz`);
});

test.after.always(async () => {
  if (proxy?.exitCode === null && proxy.kill()) await once(proxy, 'exit');
  upstream?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test.beforeEach(() => {
  seen.length = 0;
});

const post = (path: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${address}${path}`, { method: 'POST', body, headers });

test.serial('body and headers reach the bridge as Zoom sent them', async (t) => {
  const body = Buffer.from(
    '{"event": "x.y",\t"name":"Zo\u00eb \\ud83e\\udda9 \u{1F9A9}","v":1.0,"a":1,"a":2}\n',
  );
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-zm-request-timestamp': '1767225600',
    'x-zm-signature': `v0=${'0'.repeat(64)}`,
    'x-zm-request-id': '6009d653_d487_445d_8406_42b654974899',
    authorization: 'Basic em9vbTpleGFtcGxlLXBhc3N3b3Jk',
    'x-bridge-key': 'example-value',
    clientid: 'example-client',
  };
  t.is((await post('/zoom/webhook', body, headers)).status, 204);
  t.is(seen.length, 1);
  t.deepEqual(seen[0]?.body, body);
  t.is(seen[0]?.path, '/zoom/webhook');
  t.like(seen[0]?.headers, headers);
});

test.serial("a body of 8 MiB passes, so that refusing a longer one is the bridge's decision", async (t) => {
  t.is((await post('/zoom/webhook', Buffer.alloc(8 * MIB + 1, 'x'))).status, 204);
  t.is(seen[0]?.body.length, 8 * MIB + 1);
});

test.serial('a body far over the limit is not passed on whole', async (t) => {
  const answer = await post('/zoom/webhook', Buffer.alloc(12 * MIB, 'x')).then(
    ({ status }) => status,
    () => 'cut off',
  );
  t.true(answer === 'cut off' || Number(answer) >= 400, String(answer));
  t.is(seen.length, 0);
});

test.serial('nothing but the webhook and its liveness can be reached', async (t) => {
  t.is((await fetch(`${address}/healthz`)).status, 200);
  seen.length = 0;
  for (const path of ['/', '/metrics', '/status.json', '/readyz', '/zoom/webhook/more', '/zoom'])
    t.is((await fetch(`${address}${path}`)).status, 404, path);
  t.is(seen.length, 0);
});

test('the proxy never learns of the private side', (t) => {
  t.notRegex(readText('deploy/Caddyfile'), /9464|metrics\b.*reverse_proxy|:8086|:3000/);
});
