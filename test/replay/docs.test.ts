import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { readText } from '../deploy/repository.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { laidBodies } from './laid-down.js';
import { runCli } from './run-cli.js';

for (const tool of ['bash', 'curl', 'jq'])
  if (spawnSync(tool, ['--version']).status !== 0)
    throw new Error(`${tool} is needed to run the script of docs/replay.md: apt-get install ${tool}`);

/** The script of the document, sent to another server than Zoom's. */
function script(server: string): string {
  const block = readText('docs/replay.md')
    .split('```sh\n')
    .slice(1)
    .map((text) => text.slice(0, text.indexOf('```')))
    .find((text) => text.includes('webhook_logs'));
  return (block ?? '').replaceAll(/https:\/\/(api\.)?zoom\.us/g, server);
}

const event = (second: number) =>
  JSON.stringify({ event: 'meeting.started', event_ts: 1_768_471_200_000 + second * 1000, payload: {} });

/** Zoom's two endpoints, with three pages of logs, newest first. */
async function startZoom(): Promise<{ url: string; asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://zoom');
    asked.push(`${request.method} ${url.pathname} ${request.headers.authorization}`);
    if (url.pathname === '/oauth/token') return response.end('{"access_token":"t0","expires_in":3599}');
    const page = Number(url.searchParams.get('next_page_token') || 0);
    const entries = [5 - 2 * page, 4 - 2 * page].map((second) => ({
      status: -1,
      request_body: event(second),
    }));
    return response.end(
      JSON.stringify({
        next_page_token: page < 2 ? String(page + 1) : '',
        page_size: 300,
        webhook_logs: entries,
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

test('the script that fetches missed events from Zoom gets all pages, and what it saves can be replayed', async (t) => {
  const folder = tempFolder(t, 'replay');
  const zoom = await startZoom();
  t.teardown(zoom.close);
  const names = { APP_ID: 'app1', ACCOUNT_ID: 'account1', CLIENT_ID: 'id', CLIENT_SECRET: 'secret' };
  const child = spawn('bash', ['-ec', script(zoom.url)], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...names },
  });
  const [code] = await once(child, 'close');
  t.is(code, 0);
  t.deepEqual(zoom.asked, [
    `POST /oauth/token Basic ${Buffer.from('id:secret').toString('base64')}`,
    ...Array.from({ length: 3 }, () => 'GET /v2/marketplace/apps/app1/webhook_logs Bearer t0'),
  ]);
  const dataDir = join(folder, 'data');
  const ended = await runCli(['replay', 'missed.json'], { env: { DATA_DIR: dataDir }, cwd: folder });
  t.is(ended.code, 0, ended.err);
  t.deepEqual(await laidBodies(dataDir), [0, 1, 2, 3, 4, 5].map(event));
});

test('the help of replay and the document name the same options', async (t) => {
  const { out } = await runCli(['replay', '--help']);
  const options = (text: string) =>
    [...new Set(text.match(/--(archive|from|to|rate|again|dry-run)\b/g))].sort();
  t.deepEqual(options(readText('docs/replay.md')), options(out));
});
