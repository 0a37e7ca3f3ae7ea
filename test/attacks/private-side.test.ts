import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { signBody } from '../../src/zoom/signature.js';
import { BRIDGE_SECRET } from '../helpers/bridge-process.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { HOST, nowSeconds, postLines, request, statusesIn } from './requests.js';
import { startVictim } from './under-attack/victim.js';

/** Every secret that there can be, each with a text of its own. */
const SECRETS = {
  ZOOM_SECRET_TOKEN: `${BRIDGE_SECRET},0ther-S3cret`,
  ZOOM_VERIFICATION_TOKEN: 'b3ta-T0ken',
  WEBHOOK_AUTH_HEADER: 'x-key: h3ader-Value',
  INFLUX_TOKEN: 'influx-T0ken-Value',
  INFLUX_URL: 'http://us3r-name:pa55word@127.0.0.1:9',
};
const SECRET_TEXTS = [
  BRIDGE_SECRET,
  '0ther-S3cret',
  'b3ta-T0ken',
  'h3ader-Value',
  'influx-T0ken-Value',
  'pa55word',
];

/** Of a person, and of a meeting. */
const PERSONAL = ['jane.doe@example.com', 'Jane Doe', '198.51.100.77', 'Janes-MacBook', 'secretMeetingId=='];
const EVENT = JSON.stringify({
  event: 'meeting.participant_data',
  event_ts: Date.now(),
  payload: {
    account_id: 'acc0unt-Id',
    object: {
      uuid: 'secretMeetingId==',
      participant: {
        participant_id: '1',
        email: 'jane.doe@example.com',
        user_name: 'Jane Doe',
        data: [{ device: 'Janes-MacBook', public_ip_address: '198.51.100.77' }],
      },
    },
  },
});

const PRIVATE_MARKS = ['qss_bridge_', 'counts', 'DATA_DIR', 'nodejs_', 'Happenings', '<html', 'can_accept'];

/** Targets that lead to the private side where paths are put together carelessly. */
const TARGETS = [
  '/metrics',
  '/status.json',
  '/readyz',
  '/',
  '/index.html',
  '/status.js',
  '//metrics',
  '/./metrics',
  '/../metrics',
  '/healthz/../metrics',
  '/zoom/webhook/../../metrics',
  '/zoom/webhook/..%2f..%2fmetrics',
  '/%2e%2e/metrics',
  '/%252e%252e/metrics',
  '/%6d%65%74%72%69%63%73',
  '/metrics%00',
  '/metrics%0d%0ahost:%20127.0.0.1:9464',
  '/metrics;/healthz',
  '/healthz;/metrics',
  '/healthz?/metrics',
  '/healthz#/metrics',
  '/METRICS',
  '/metrics/',
  '\\metrics',
  '/..\\metrics',
  '//127.0.0.1:9464/metrics',
  'http://127.0.0.1:9464/metrics',
  'http://localhost:9464/status.json',
  'http://x/../metrics',
  'file:///etc/passwd',
  '/../../../../../../etc/passwd',
  '/web/status.html',
  '/.env',
  '/.git/config',
  '/package.json',
  '/data/privacy.key',
  '*',
  '127.0.0.1:9464',
];

test.serial(
  'no path, method or host on the public port leads to the private side or to a file',
  async (t) => {
    const victim = await startVictim(t);
    const adminHost = new URL(victim.bridge.adminUrl).host;
    const answers = await victim.under(t, async () => {
      const all: [string, string][] = [];
      for (const target of TARGETS)
        for (const method of ['GET', 'POST', 'HEAD', 'CONNECT', 'TRACE'])
          for (const host of [HOST, adminHost, '127.0.0.1:9464'])
            all.push([
              `${method} ${target} ${host}`,
              await victim.exchange(
                request([
                  `${method} ${target} HTTP/1.1`,
                  `host: ${host}`,
                  `x-forwarded-host: ${adminHost}`,
                  'x-original-url: /metrics',
                  'x-rewrite-url: /metrics',
                  'x-http-method-override: GET',
                  'forwarded: for=127.0.0.1;host=127.0.0.1',
                  'connection: close',
                ]),
                5_000,
              ),
            ]);
      return all;
    });
    for (const [what, text] of answers) {
      for (const mark of [...PRIVATE_MARKS, 'root:', 'qss-bridge'])
        t.false(text.includes(mark), `${mark} in the answer to ${what}`);
      const [status] = statusesIn(text);
      const isHealth = /^(GET|HEAD) \/healthz[?#]/.test(what);
      t.true(
        status === undefined || status >= 400 || (isHealth && status === 200),
        `${what} was answered with ${status}`,
      );
      t.false(/^(server|x-powered-by|location|set-cookie):/im.test(text), what);
    }
  },
);

test.serial(
  'no secret, signature or personal value is in an answer, on the private side, or in the log',
  async (t) => {
    const victim = await startVictim(t, { ...SECRETS, LOG_LEVEL: 'debug' });
    const at = nowSeconds();
    const right = signBody(BRIDGE_SECRET, String(at), Buffer.from(EVENT));
    const key = 'x-key: h3ader-Value';
    const send = (lines: readonly string[], body: string | Buffer = EVENT) =>
      victim.exchange(
        request(
          postLines(...lines, `content-length: ${Buffer.from(body).length}`, 'connection: close'),
          body,
        ),
        3_000,
      );
    const timestamp = `x-zm-request-timestamp: ${at}`;
    const proofOf = (body: string) => [
      timestamp,
      `x-zm-signature: ${signBody(BRIDGE_SECRET, String(at), Buffer.from(body))}`,
    ];
    const answers = [
      await send([key, timestamp, `x-zm-signature: ${right}`]),
      await send([key, timestamp, `x-zm-signature: v0=${'a1'.repeat(32)}`]),
      await send([key, timestamp, `x-zm-signature: ${right}x`]),
      await send([key, `x-zm-request-timestamp: ${at - 90_000}`, `x-zm-signature: ${right}`]),
      await send([key, timestamp]),
      await send(['x-key: gue55', timestamp, `x-zm-signature: ${right}`]),
      await send([key, 'authorization: b3ta-T0ken']),
      await send(
        [key, 'authorization: b3ta-T0ken'],
        '{"event":"endpoint.url_validation","payload":{"plainToken":"x"}}',
      ),
      await send([key, ...proofOf('["Jane Doe"]')], '["Jane Doe"]'),
      await send([key, ...proofOf(EVENT), 'content-encoding: gzip']),
      await send([key, ...proofOf(EVENT), 'content-encoding: br']),
      await victim.exchange(`POST /zoom/webhook HTTP/1.1\r\nhost x\r\n${key}\r\n\r\n`, 2_000),
      await victim.exchange(request(postLines(key, ...proofOf(EVENT), 'content-length: 8000')), 500),
    ];
    t.deepEqual(statusesIn(answers.join('\n')).slice(0, 9), [204, 401, 401, 401, 401, 401, 204, 401, 400]);
    // Long enough for the writer to meet InfluxDB's absence, and to say so.
    await sleep(2_000);
    const pages: string[] = [];
    for (const path of [
      '/',
      '/status.json',
      '/metrics',
      '/readyz',
      '/healthz',
      '/nothing',
      '/status.js',
      '/%',
    ])
      pages.push(await (await fetch(victim.bridge.adminUrl + path)).text());
    const log = JSON.stringify(victim.bridge.log);
    t.true(log.includes('refused a request'));
    for (const [where, text] of Object.entries({ answers: answers.join('\n'), pages: pages.join('\n'), log }))
      for (const secret of [...SECRET_TEXTS, ...PERSONAL, 'gue55', 'a1a1a1a1', right.slice(3, 20)])
        t.false(text.includes(secret), `${secret} in ${where}`);
  },
);

test.serial('what lies on disk is for its owner alone', async (t) => {
  const dataDir = tempFolder(t, 'rights');
  const victim = await startVictim(t, { DATA_DIR: dataDir, PRIVACY: 'pseudonymous' });
  await victim.exchange(request(postLines('connection: close')));
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true });
  t.true(files.length > 3);
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    t.is(statSync(path).mode & 0o077, 0, path);
  }
  t.is(readFileSync(join(dataDir, 'privacy.key'), 'utf8').trim().length, 64);
});
