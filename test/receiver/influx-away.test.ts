import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Status } from '../../src/admin/status.js';
import { type Bridge, startBridge } from '../../src/bridge/start-bridge.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { signBody } from '../../src/zoom/signature.js';
import { type RecordingLog, recordingLog } from '../helpers/recording-log.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { B1, SECRET, VALIDATION, VALIDATION_ANSWER } from '../helpers/webhook.js';

const SECRETS = {
  ZOOM_SECRET_TOKEN: SECRET,
  ZOOM_VERIFICATION_TOKEN: 'v3rify-Token',
  WEBHOOK_AUTH_HEADER: 'x-key: k3y-Value',
  INFLUX_TOKEN: 't0ken-Value',
};

/** The whole bridge, before an InfluxDB at this port. */
async function start(t: ExecutionContext, influxPort: number): Promise<Bridge & { log: RecordingLog }> {
  const settings = readSettings({
    ...SECRETS,
    HOST: '127.0.0.1',
    PORT: '0',
    ADMIN_PORT: '0',
    DATA_DIR: await tempFolder(t),
    INFLUX_URL: `http://127.0.0.1:${influxPort}`,
    INFLUX_ORG: 'o',
  });
  const log = recordingLog();
  const bridge = await startBridge({ settings, log });
  t.teardown(async () => {
    await bridge.stop();
  });
  bridge.setTarget({ url: `http://127.0.0.1:${influxPort}`, token: 't0ken-Value', org: 'o', bucket: 'zoom' });
  return { ...bridge, log };
}

async function post(bridge: Bridge, body: string): Promise<{ status: number; text: string; ms: number }> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const from = performance.now();
  const response = await fetch(bridge.webhookUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-key': 'k3y-Value',
      'x-zm-request-timestamp': timestamp,
      'x-zm-signature': signBody(SECRET, timestamp, Buffer.from(body)),
    },
    body,
  });
  return { status: response.status, text: await response.text(), ms: performance.now() - from };
}

/** Takes connections, reads, and never answers. */
async function hangingServer(t: ExecutionContext): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const ready = async (bridge: Bridge) => {
  const response = await fetch(`${bridge.adminUrl}/readyz`);
  return {
    status: response.status,
    ...((await response.json()) as { state: string; problems: { code: string }[] }),
  };
};

test.serial(
  'C08: with InfluxDB refusing connections, a validation is answered within a second, and /readyz says degraded',
  async (t) => {
    const bridge = await start(t, await closedPort());
    const first = await post(bridge, VALIDATION);
    t.deepEqual(JSON.parse(first.text), VALIDATION_ANSWER);
    t.true(first.ms < 3000, 'right after the port opened, within what Zoom allows');
    t.is((await post(bridge, B1)).status, 204);
    await until('degraded', async () => (await ready(bridge)).state === 'degraded', 20_000);
    t.like(await ready(bridge), { status: 200, problems: [{ code: 'unreachable' }] });
    const again = await post(bridge, VALIDATION);
    t.is(again.status, 200);
    t.true(again.ms < 1000);
    t.true(
      bridge.log.entries.some(
        ({ level, message }) => level === 'warn' && message.includes('events wait on disk'),
      ),
    );
  },
);

test.serial(
  'C08, C10: with InfluxDB hanging, 200 events at 20 a second and validations between them are answered at once',
  async (t) => {
    const bridge = await start(t, await hangingServer(t));
    const events: number[] = [];
    const validations: number[] = [];
    const posts: Promise<void>[] = [];
    const memory = process.memoryUsage().rss;
    for (let index = 0; index < 200; index += 1) {
      posts.push(
        post(bridge, B1.replace('16778240', String(16_778_240 + index))).then(({ status, ms }) => {
          t.is(status, 204);
          events.push(ms);
        }),
      );
      if (index % 20 === 0)
        posts.push(
          post(bridge, VALIDATION).then(({ status, ms }) => {
            t.is(status, 200);
            validations.push(ms);
          }),
        );
      await sleep(50);
    }
    await Promise.all(posts);
    events.sort((a, b) => a - b);
    t.true(Math.max(...events) < 3000);
    t.log(`p99 of 200 answers: ${Math.round(events[197] ?? 0)} ms`);
    validations.sort((a, b) => a - b);
    t.true((validations[validations.length >> 1] ?? Number.POSITIVE_INFINITY) < 1000);
    t.true(Math.max(...validations) < 3000);
    t.true(process.memoryUsage().rss - memory < 300 * 1024 * 1024);
    const { counts } = (await (await fetch(`${bridge.adminUrl}/status.json`)).json()) as Status;
    t.deepEqual(counts, { accepted: 200, written: 0, repeated: 0, ignored: 0, quarantined: 0, waiting: 200 });
  },
);

test.serial('C03: no secret is on any page of the private side, nor in the log', async (t) => {
  const bridge = await start(t, await closedPort());
  await post(bridge, B1);
  await fetch(bridge.webhookUrl, { method: 'POST', body: B1 });
  for (const path of ['/', '/status.json', '/metrics', '/readyz']) {
    const text = await (await fetch(bridge.adminUrl + path)).text();
    for (const secret of [...Object.values(SECRETS), 'k3y-Value', '16778240', 'abcdEFGH1234ijklMNOP5w'])
      t.false(text.includes(secret), `${secret} in ${path}`);
  }
  const logged = JSON.stringify(bridge.log.entries);
  for (const secret of [...Object.values(SECRETS), 'k3y-Value']) t.false(logged.includes(secret), secret);
});

test.serial(
  'the pages of the private side are not on the public port, nor the webhook on the private one',
  async (t) => {
    const bridge = await start(t, await closedPort());
    const { origin } = new URL(bridge.webhookUrl);
    for (const path of ['/', '/status.json', '/metrics', '/readyz', '/status.js', '/status.css'])
      t.is((await fetch(origin + path)).status, 404, path);
    t.is((await fetch(`${origin}/healthz`)).status, 200);
    t.is((await fetch(`${bridge.adminUrl}/zoom/webhook`, { method: 'POST', body: B1 })).status, 404);
  },
);
