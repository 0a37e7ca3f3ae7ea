import { join } from 'node:path';
import { AuthorizationsAPI } from '@influxdata/influxdb-client-apis';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { InfluxSetupError } from '../../src/influx/influx-setup-error.js';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { type ProvisionOptions, provisionInflux } from '../../src/influx/provision.js';
import { influxClient, startTestInflux, type TestInflux } from '../helpers/influx.js';
import { startAnsweringServer } from './answering-server.js';

const test = anyTest as TestFn<TestInflux>;

test.before(async (t) => {
  t.context = await startTestInflux();
});
test.after.always(async (t) => {
  await t.context.stop();
});

async function failure(
  t: ExecutionContext<TestInflux>,
  overrides: Partial<ProvisionOptions>,
): Promise<InfluxSetupError> {
  const influx = t.context;
  const options = {
    url: influx.url,
    org: influx.org,
    adminToken: influx.token,
    bucket: 'zoom',
    rollupBucket: 'zoom_rollup',
    retentionSeconds: 0,
    rollupRetentionSeconds: 0,
    tokensDir: join(influx.dataDir, 'never'),
    ...overrides,
  };
  const error = await t.throwsAsync(provisionInflux(options), { instanceOf: InfluxSetupError });
  t.false(error?.message.includes(influx.token), 'no token in a message');
  return error ?? new InfluxSetupError('influx_refused', 'it did not fail');
}

test('an admin token that InfluxDB does not know is told as such', async (t) => {
  const { code, message } = await failure(t, { adminToken: 'wrong' });
  t.is(code, 'influx_unauthorized');
  t.regex(message, /does not accept the admin token \(401\); give it an all-access or operator token/);
});

test('a token that may not set up is told apart from an unknown one', async (t) => {
  const { code, message } = await failure(t, { adminToken: t.context.writeToken, bucket: 'new' });
  t.is(code, 'influx_forbidden');
  t.regex(
    message,
    /may not see any organization .*; use an all-access or operator token of the organization "test"/,
  );
});

test('a token that sees the organization but may not make tokens is told which right it lacks', async (t) => {
  const { api, orgID } = { api: new AuthorizationsAPI(influxClient(t.context)), orgID: t.context.orgId };
  const { token } = await api.postAuthorizations({
    body: {
      orgID,
      permissions: [
        { action: 'read', resource: { type: 'orgs', id: orgID } },
        { action: 'read', resource: { type: 'buckets', orgID } },
        { action: 'read', resource: { type: 'authorizations', orgID } },
      ],
    },
  });
  const { code, message } = await failure(t, { adminToken: String(token) });
  t.is(code, 'influx_forbidden');
  t.regex(message, /^the admin token may not create the token "qss-bridge: write" \(.*unauthorized\); use/);
});

test('a missing organization is told with the ones that there are', async (t) => {
  const { code, message } = await failure(t, { org: 'tset' });
  t.is(code, 'influx_org_not_found');
  t.regex(message, /no organization "tset" \(there is "test"\); set INFLUX_ORG/);
});

test('a retention that InfluxDB refuses is told in its words', async (t) => {
  const { code, message } = await failure(t, { bucket: 'short', retentionSeconds: 60 });
  t.is(code, 'influx_refused');
  t.regex(message, /refuses to create bucket short: .*at least 1h/);
});

test('a server that does not run is told with its address and what to check', async (t) => {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const { code, message } = await failure(t, { url });
  t.is(code, 'influx_unreachable');
  t.regex(message, /http:\/\/127\.0\.0\.1:\d+ can not be reached \(.*ECONNREFUSED.*\); check INFLUX_URL/);
});

test('what is no address is told before anything is tried', async (t) => {
  for (const url of ['influxdb:8086', '', 'ftp://influxdb', 'http://']) {
    t.is((await failure(t, { url })).code, 'influx_url_invalid', url);
  }
});

test('a password in the address is refused and not repeated', async (t) => {
  const { code, message } = await failure(t, { url: t.context.url.replace('//', '//user:hunter2@') });
  t.is(code, 'influx_url_invalid');
  t.false(message.includes('hunter2'));
});

const answers: {
  title: string;
  status: number;
  headers: Record<string, string>;
  body: string;
  code: string;
  message: RegExp;
}[] = [
  {
    title: 'a web page where InfluxDB should be is told as no InfluxDB 2',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><title>Grafana</title>',
    code: 'influx_not_v2',
    message: /not an InfluxDB 2 \(it answers with a page\); set INFLUX_URL/,
  },
  {
    title: 'InfluxDB 1, which has no such API, is told as no InfluxDB 2',
    status: 404,
    headers: { 'content-type': 'text/plain', 'x-influxdb-version': '1.8.10' },
    body: '404 page not found\n',
    code: 'influx_not_v2',
    message: /answers 404 .*InfluxDB 1 and 3 have no Flux/,
  },
  {
    title: 'JSON of another service is told as no InfluxDB 2',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"ok":true}',
    code: 'influx_not_v2',
    message: /its answer has no orgs/,
  },
  {
    title: 'a broken answer is told as unreachable',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"orgs": [',
    code: 'influx_unreachable',
    message: /can not be reached/,
  },
  {
    title: 'a login page in front of InfluxDB is told as refusing the token',
    status: 401,
    headers: { 'content-type': 'text/html', 'www-authenticate': 'Basic' },
    body: '<h1>Log in</h1>',
    code: 'influx_unauthorized',
    message: /or something in front of it, does not accept the admin token/,
  },
  {
    title: 'a proxy that redirects is told with where to',
    status: 301,
    headers: { location: 'https://influx.example.com/' },
    body: '',
    code: 'influx_url_invalid',
    message: /redirects to https:\/\/influx\.example\.com\//,
  },
  {
    title: 'a gateway without a server behind it is told as unreachable now',
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<h1>Bad gateway</h1>',
    code: 'influx_unreachable',
    message: /answers 502 now; try again/,
  },
];

for (const { title, status, headers, body, code, message } of answers) {
  test(title, async (t) => {
    const url = await startAnsweringServer(t, (_request, response) => {
      response.writeHead(status, headers).end(body);
    });
    const error = await failure(t, { url });
    t.is(String(error.code), code);
    t.regex(error.message, message);
  });
}

test('a server that takes the connection and hangs is told as unreachable within seconds', async (t) => {
  const url = await startAnsweringServer(t, () => undefined);
  t.is((await failure(t, { url })).code, 'influx_unreachable');
});
