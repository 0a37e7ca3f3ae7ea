import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { AuthorizationsAPI, BucketsAPI } from '@influxdata/influxdb-client-apis';
import test from 'ava';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { influxClient, startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { startAnsweringServer, startProxy } from '../influx/answering-server.js';
import { type Examined, examined } from './examined.js';
import { bridgeEnv, startRealBridge } from './real-bridge.js';

const DAY = 86_400;

let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux(undefined, {
    retentionSeconds: 30 * DAY,
    rollupRetentionSeconds: 400 * DAY,
  });
});

test.after.always(() => influx.stop());

/** The settings of a bridge that writes to the InfluxDB of these tests, as setup left it. */
function settings(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ZOOM_SECRET_TOKEN: 'Doctor-Test-Secret-001',
    ADMIN_PORT: '0',
    DATA_DIR: '/nowhere',
    INFLUX_URL: influx.url,
    INFLUX_ORG: influx.org,
    INFLUX_TOKEN: influx.writeToken,
    INFLUX_TOKENS_DIR: influx.tokensDir,
    ...more,
  };
}

const examineInflux = (more: Readonly<Record<string, string>> = {}): Promise<Examined> =>
  examined(settings(more), ['influxdb']);

/** Makes a token with these rights on both buckets. */
async function makeToken(
  actions: readonly ('read' | 'write')[],
  buckets: readonly string[],
): Promise<{ id: string; token: string }> {
  const client = influxClient({ url: influx.url, token: influx.token });
  const listed = await new BucketsAPI(client).getBuckets({ org: influx.org });
  const ids = (listed.buckets ?? []).filter(({ name }) => buckets.includes(name)).map(({ id }) => String(id));
  const made = await new AuthorizationsAPI(client).postAuthorizations({
    body: {
      orgID: influx.orgId,
      permissions: ids.flatMap((id) =>
        actions.map((action) => ({
          action,
          resource: { type: 'buckets' as const, id, orgID: influx.orgId },
        })),
      ),
    },
  });
  return { id: String(made.id), token: String(made.token) };
}

/** Points but those that the bridges of these tests write of themselves. */
async function countPoints(): Promise<number> {
  const rows = await influx.query(
    `from(bucket: "${influx.bucket}") |> range(start: 0) |> filter(fn: (r) => r._measurement != "qss_bridge") |> count()`,
  );
  return rows.length;
}

test('what setup prepared gets a tick for each thing', async (t) => {
  const result = await examineInflux();
  t.deepEqual(result.complaints, [], result.text);
  for (const line of [
    /^InfluxDB v2\.\d+\.\d+ answers at http:\/\/127\.0\.0\.1:\d+ in \d+ ms$/,
    /^organization "test" has bucket "zoom", and the token may write it$/,
    /^organization "test" has bucket "zoom_rollup", and the token may write it$/,
    /^the token can only write$/,
    /^bucket "zoom" keeps points for 30 d, as RETENTION says$/,
    /^bucket "zoom_rollup" keeps points for 400 d, as ROLLUP_RETENTION says$/,
  ])
    t.true(
      result.lines('ok').some((found) => line.test(found)),
      `${line} in\n${result.text}`,
    );
});

test('looking whether the token may write stores nothing', async (t) => {
  await examineInflux();
  t.is(await countPoints(), 0);
});

test('a token that was revoked is told from one that may not write', async (t) => {
  const { id, token } = await makeToken(['write'], [influx.bucket, influx.rollupBucket]);
  t.deepEqual((await examineInflux({ INFLUX_TOKEN: token })).complaints, []);
  await new AuthorizationsAPI(influxClient({ url: influx.url, token: influx.token })).deleteAuthorizationsID({
    authID: id,
  });
  const revoked = await examineInflux({ INFLUX_TOKEN: token });
  t.is(revoked.complaints.length, 1, revoked.text);
  t.regex(
    revoked.complaints.join(),
    /^✗ InfluxDB does not know the token \(401\) -> INFLUX_TOKEN was revoked, belongs to another InfluxDB, .* run "qss-bridge setup"/,
  );
  t.false(revoked.text.includes(token));
  const reader = await examineInflux({ INFLUX_TOKEN: influx.readToken });
  t.regex(reader.text, /✗ the token may not write bucket "zoom"\n {6}fix: run "qss-bridge setup"/);
});

test('a token that may write only the first bucket is worth a warning', async (t) => {
  const { token } = await makeToken(['write'], [influx.bucket]);
  const result = await examineInflux({ INFLUX_TOKEN: token });
  t.deepEqual(result.lines('fault'), []);
  t.regex(
    result.complaints.join(),
    /^! the token may not write bucket "zoom_rollup" -> run "qss-bridge setup"/,
  );
});

test('a token that may read as well is worth a warning', async (t) => {
  const { token } = await makeToken(['read', 'write'], [influx.bucket, influx.rollupBucket]);
  const result = await examineInflux({ INFLUX_TOKEN: token });
  t.deepEqual(result.lines('fault'), []);
  t.regex(result.complaints.join(), /^! the token may also read the points, which the bridge never does -> /);
});

test('an operator token is worth a warning', async (t) => {
  const result = await examineInflux({ INFLUX_TOKEN: influx.token });
  t.deepEqual(result.lines('fault'), []);
  t.regex(
    result.complaints.join(),
    /^! the token is an operator or all-access token: whoever gets hold of it owns/,
  );
});

test('an organization of another name is told as that', async (t) => {
  const result = await examineInflux({ INFLUX_ORG: 'Test' });
  t.regex(result.complaints.join(), /^✗ InfluxDB has no organization "Test" -> set INFLUX_ORG/);
  t.is(result.lines('fault').length, 1);
});

test('a bucket that was deleted is told by name', async (t) => {
  const name = 'gone';
  const id = await influx.createBucket(name);
  const { token } = await makeToken(['write'], [name, influx.rollupBucket]);
  t.deepEqual((await examineInflux({ INFLUX_TOKEN: token, INFLUX_BUCKET: name })).lines('fault'), []);
  await new BucketsAPI(influxClient({ url: influx.url, token: influx.token })).deleteBucketsID({
    bucketID: id,
  });
  const result = await examineInflux({ INFLUX_TOKEN: token, INFLUX_BUCKET: name });
  t.is(result.complaints.length, 1, result.text);
  t.regex(
    result.complaints.join(),
    /^✗ organization "test" has no bucket "gone" -> run "qss-bridge setup" .* to create it, or correct INFLUX_BUCKET/,
  );
});

test('a bucket that keeps points shorter than configured says so', async (t) => {
  const result = await examineInflux({ RETENTION: '90d', ROLLUP_RETENTION: '0' });
  t.deepEqual(result.lines('fault'), []);
  t.regex(
    result.complaints.join('\n'),
    /^! bucket "zoom" keeps points for 30 d, and RETENTION says for 90 d -> run "qss-bridge setup" .*until then points are deleted earlier/m,
  );
  t.regex(
    result.complaints.join('\n'),
    /^! bucket "zoom_rollup" keeps points for 400 d, and ROLLUP_RETENTION says for ever/m,
  );
});

test('shard groups of another length than setup makes are worth a warning', async (t) => {
  const client = influxClient({ url: influx.url, token: influx.token });
  await new BucketsAPI(client).postBuckets({
    body: {
      orgID: influx.orgId,
      name: 'hourly',
      retentionRules: [{ type: 'expire', everySeconds: 30 * DAY, shardGroupDurationSeconds: 3_600 }],
    },
  });
  const { token } = await makeToken(['write'], ['hourly', influx.rollupBucket]);
  const result = await examineInflux({
    INFLUX_TOKEN: token,
    INFLUX_BUCKET: 'hourly',
    INFLUX_ADMIN_TOKEN: influx.token,
  });
  t.regex(
    result.complaints.join(),
    /^! bucket "hourly" has shard groups of 60 min instead of 24 h, .* -> run "qss-bridge setup"/,
  );
});

test('retention that no token here can see is not guessed', async (t) => {
  const result = await examineInflux({ INFLUX_TOKENS_DIR: tempFolder(t) });
  t.deepEqual(result.complaints, []);
  t.deepEqual(result.lines('skipped'), [
    "how long the buckets keep points can't be seen with a token that only writes -> set INFLUX_ADMIN_TOKEN for this one run, or INFLUX_TOKENS_DIR to where setup keeps the token for reading",
  ]);
});

test('no token is a fault of the settings, and the rest is looked at', async (t) => {
  const { INFLUX_TOKEN: _token, ...env } = settings();
  const result = await examined(env, ['settings', 'influxdb']);
  t.regex(
    result.complaints.join(),
    /^✗ INFLUX_TOKEN: is not set, but INFLUX_URL is -> run "qss-bridge setup"/,
  );
  t.regex(result.text, /- whether it takes points was not tried/);
  t.regex(result.text, /✓ bucket "zoom" keeps points for 30 d/);
});

test('a token that HTTP can not carry is no crash', async (t) => {
  const result = await examineInflux({ INFLUX_TOKEN: 'abc\u2026xyz' });
  t.regex(result.complaints.join(), /holds characters that no HTTP header may hold/);
  t.false(result.text.includes('abc'));
});

test('beside the file of the token lies the one that may see the buckets', async (t) => {
  const { INFLUX_TOKENS_DIR: _dir, INFLUX_TOKEN: _token, ...env } = settings();
  const file = join(influx.tokensDir, 'influx-write-token');
  const result = await examined({ ...env, INFLUX_TOKEN_FILE: file }, ['influxdb']);
  t.deepEqual(result.complaints, []);
  t.regex(result.text, /✓ bucket "zoom" keeps points for 30 d/);
});

test('an address where nothing listens is told as that', async (t) => {
  const result = await examineInflux({ INFLUX_URL: `http://127.0.0.1:${await findFreePort()}` });
  t.is(result.complaints.length, 1);
  t.regex(
    result.complaints.join(),
    /^✗ InfluxDB at http:\/\/127\.0\.0\.1:\d+ can't be reached: nothing listens there .* -> check that InfluxDB runs/,
  );
});

test('an InfluxDB that hangs is left after some seconds', async (t) => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const startedAt = Date.now();
  const result = await examineInflux({ INFLUX_URL: `http://127.0.0.1:${port}` });
  t.regex(result.complaints.join(), /^✗ InfluxDB at .* can't be reached: it does not answer in time/);
  t.true(Date.now() - startedAt < 10_000);
});

for (const [version, called] of [
  ['1.8.10', 'InfluxDB 1'],
  ['3.1.0', 'InfluxDB 3'],
] as const)
  test(`${called} is told from InfluxDB 2`, async (t) => {
    const url = await startAnsweringServer(t, (_request, response) => {
      response.writeHead(204, { 'x-influxdb-version': version }).end();
    });
    const result = await examineInflux({ INFLUX_URL: url });
    t.regex(
      result.complaints.join(),
      /^✗ InfluxDB at .* is of version [13]\..*, and the bridge writes to InfluxDB 2 -> set INFLUX_URL/,
    );
  });

test('a page that is no InfluxDB, and a redirect, are told as what they are', async (t) => {
  const page = await startAnsweringServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
  });
  t.regex(
    (await examineInflux({ INFLUX_URL: page })).complaints.join(),
    /^✗ what answers at .* is no InfluxDB \(200 to \/ping\) -> /,
  );
  const moved = await startAnsweringServer(t, (request, response) => {
    response.writeHead(301, { location: `https://influx.example.com${request.url}` }).end();
  });
  t.regex(
    (await examineInflux({ INFLUX_URL: moved })).complaints.join(),
    /^✗ .* redirects to https:\/\/influx\.example\.com\/ping -> set INFLUX_URL to the address behind it/,
  );
});

test('an InfluxDB behind a path prefix is found', async (t) => {
  const url = await startProxy(t, influx.url, { prefix: '/influx' });
  const result = await examineInflux({ INFLUX_URL: `${url}/influx` });
  t.deepEqual(result.complaints, [], result.text);
  const without = await examineInflux({ INFLUX_URL: url });
  t.regex(without.complaints.join(), /^✗ what answers at .* is no InfluxDB \(404 to \/ping\)/);
});

test('a password in INFLUX_URL is never said', async (t) => {
  const result = await examineInflux({ INFLUX_URL: 'http://user:hunter2@127.0.0.1:9' });
  t.false(result.text.includes('hunter2'), result.text);
});

test('a faulty INFLUX_URL is told with the settings, and nobody is asked', async (t) => {
  const result = await examined(settings({ INFLUX_URL: 'influxdb:8086' }), ['settings', 'influxdb']);
  t.regex(result.complaints.join(), /^✗ INFLUX_URL: .* -> give the address of your InfluxDB 2/);
  t.regex(result.text, /- it was not asked\n {6}how: correct INFLUX_URL and INFLUX_ORG first/);
});

test('a clock that agrees with that of InfluxDB gets a tick', async (t) => {
  const result = await examined(settings(), ['clock']);
  t.deepEqual(result.complaints, []);
  t.regex(
    result.lines('ok').join(),
    /^it agrees with that of InfluxDB \(127\.0\.0\.1:\d+\), which is on this machine/,
  );
});

for (const [minutes, said] of [
  [
    -10,
    /^✗ this machine's clock is 10 min behind that of InfluxDB .* from the future \(ZOOM_MAX_AHEAD_SECONDS is 300\) -> let NTP set/,
  ],
  [10, /^! this machine's clock is 10 min ahead of that of InfluxDB .* -> let NTP set/],
  [
    180,
    /^✗ this machine's clock is 3 h ahead of that of InfluxDB .* too old \(ZOOM_MAX_AGE_SECONDS is 7200\) -> let NTP set/,
  ],
  [-3, /^! this machine's clock is 3 min behind/],
] as const)
  test(`a clock that is off by ${minutes} minutes is told with what it does to Zoom's requests`, async (t) => {
    const result = await examined(settings(), ['clock'], { now: () => Date.now() + minutes * 60_000 });
    t.is(result.complaints.length, 1, result.text);
    t.regex(result.complaints.join(), said);
  });

test('where nobody can be asked for the time, it says so', async (t) => {
  const result = await examined(settings({ INFLUX_URL: 'http://127.0.0.1:9' }), ['clock']);
  t.regex(result.lines('skipped').join(), /^no other clock could be asked/);
});

test("the running bridge's trouble with InfluxDB is told with its fix", async (t) => {
  const { bridge, env, port } = await startRealBridge(
    t,
    settings({ INFLUX_TOKEN: 'revoked', ...(await ownFolder(t)) }),
  );
  const { postSigned } = await import('../../src/doctor/post-signed.js');
  await postSigned({
    url: new URL(`http://127.0.0.1:${port}/zoom/webhook`),
    secret: 'Doctor-Test-Secret-001',
    body: Buffer.from(
      `{"event":"meeting.started","event_ts":${Date.now()},"payload":{"account_id":"a","object":{"uuid":"u==","id":"1","topic":"x"}}}`,
    ),
    authHeader: undefined,
    nowMs: Date.now(),
    trust: { insecure: false, ca: undefined },
    timeoutMs: 3_000,
    signal: new AbortController().signal,
  });
  await until('the obstacle', () => bridge.status().problems.length > 0);
  const result = await examined(env, ['bridge']);
  t.regex(
    result.text,
    /✗ InfluxDB takes no points: .*401.*\n {6}fix: run "qss-bridge setup" for a valid token/,
  );
  t.regex(result.text, /✓ 1 of 1 events wait to be written/);
});

test('the local InfluxDB of a running bridge is asked with the token below DATA_DIR', async (t) => {
  const {
    INFLUX_URL: _url,
    INFLUX_TOKEN: _token,
    INFLUX_ORG: _org,
    INFLUX_TOKENS_DIR: _dir,
    ...env
  } = settings();
  const { bridge, env: full } = await startRealBridge(t, { ...env, ...(await ownFolder(t)) });
  const dataDir = String(full['DATA_DIR']);
  const waiting = await examined(full, ['influxdb']);
  t.regex(waiting.text, /! the local InfluxDB does not run yet; events wait on disk/);
  mkdirSync(join(dataDir, 'tokens'), { mode: 0o700 });
  mkdirSync(join(dataDir, 'influxdb'), { mode: 0o700 });
  writeFileSync(join(dataDir, 'tokens', 'influx-write-token'), `${influx.writeToken}\n`, { mode: 0o600 });
  const credentials = { username: 'u', password: 'p', org: influx.org, token: influx.token };
  writeFileSync(join(dataDir, 'influxdb', 'credentials.json'), JSON.stringify(credentials), { mode: 0o600 });
  bridge.setTarget({ url: influx.url, token: influx.writeToken, org: influx.org, bucket: influx.bucket });
  const running = await examined(full, ['influxdb']);
  t.deepEqual(running.complaints, [], running.text);
  t.regex(running.text, /✓ bucket "zoom_rollup" keeps points for 400 d/);
});

test('an INFLUXD that is no program is a fault, while no bridge runs', async (t) => {
  const { INFLUX_URL: _url, INFLUX_TOKEN: _token, ...env } = settings({ INFLUXD: '/nowhere/influxd' });
  const result = await examined(env, ['influxdb']);
  t.regex(
    result.complaints.join(),
    /^✗ INFLUXD names \/nowhere\/influxd, which is not a program that can be run/,
  );
  t.regex(
    result.lines('skipped').join(),
    /the local InfluxDB was not asked: the bridge runs it, and does not run itself/,
  );
});

/** Ports and a folder of its own. */
async function ownFolder(t: Parameters<typeof bridgeEnv>[0]): Promise<Record<string, string>> {
  const { DATA_DIR, PORT, ADMIN_PORT, HOST } = await bridgeEnv(t);
  return {
    DATA_DIR: String(DATA_DIR),
    PORT: String(PORT),
    ADMIN_PORT: String(ADMIN_PORT),
    HOST: String(HOST),
  };
}
