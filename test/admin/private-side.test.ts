import test from 'ava';
import { findProblems, stateOf } from '../../src/admin/status.js';
import { startAdmin } from './start-admin.js';
import { statusOf } from './status-of.js';

const PROBLEM = {
  code: 'unreachable',
  severity: 'degraded',
  what: 'InfluxDB takes no points: connect ECONNREFUSED',
  fix: 'check that InfluxDB runs',
} as const;

test('/readyz answers 200 where all is well', async (t) => {
  const { url } = await startAdmin(t, statusOf());
  const response = await fetch(`${url}/readyz`);
  t.is(response.status, 200);
  t.deepEqual(await response.json(), { state: 'ok', can_accept: true, can_write: true, problems: [] });
});

test('/readyz answers 200 with the reasons where events are accepted but not written', async (t) => {
  const { url } = await startAdmin(t, statusOf({ state: 'degraded', problems: [PROBLEM] }));
  const response = await fetch(`${url}/readyz`);
  t.is(response.status, 200);
  t.deepEqual(await response.json(), {
    state: 'degraded',
    can_accept: true,
    can_write: false,
    problems: [PROBLEM],
  });
});

test('/readyz answers 503 with the reasons where events can not be accepted', async (t) => {
  const full = {
    code: 'storage',
    severity: 'unavailable',
    what: 'the disk is full',
    fix: 'make room',
  } as const;
  const { url } = await startAdmin(t, statusOf({ state: 'unavailable', problems: [full] }));
  const response = await fetch(`${url}/readyz`);
  t.is(response.status, 503);
  t.like(await response.json(), { state: 'unavailable', can_accept: false, problems: [full] });
});

test('/readyz follows the state', async (t) => {
  const { url, show } = await startAdmin(t, statusOf());
  const state = async () => ((await (await fetch(`${url}/readyz`)).json()) as { state: string }).state;
  t.is(await state(), 'ok');
  show(statusOf({ state: 'degraded', problems: [PROBLEM] }));
  t.is(await state(), 'degraded');
  show(statusOf());
  t.is(await state(), 'ok');
});

test('/healthz answers 200 in every state: the process lives', async (t) => {
  const { url, show } = await startAdmin(t, statusOf());
  for (const state of ['ok', 'degraded', 'unavailable'] as const) {
    show(statusOf({ state }));
    for (const method of ['GET', 'HEAD']) t.is((await fetch(`${url}/healthz`, { method })).status, 200);
  }
});

const writer = statusOf().writer;

for (const reason of [
  'not_configured',
  'unreachable',
  'timeout',
  'unauthorized',
  'not_found',
  'overloaded',
  'server_error',
  'not_influxdb',
  'writer_failed',
] as const)
  test(`the obstacle ${reason} is a problem that says what happened and what to do`, (t) => {
    const problems = findProblems(undefined, { ...writer, obstacle: { reason, message: 'as told' } }, false);
    t.is(problems.length, 1);
    t.like(problems[0], { code: reason, severity: 'degraded' });
    t.regex(problems[0]?.what ?? '', /as told/);
    t.not(problems[0]?.fix, 'look into the log', 'not only that');
    t.is(stateOf(problems), 'degraded');
  });

test('the worst of several problems decides, and all are told', (t) => {
  const problems = findProblems(
    'the disk is full',
    { ...writer, obstacle: { reason: 'timeout', message: '' } },
    true,
  );
  t.deepEqual(
    problems.map(({ code }) => code),
    ['stopping', 'storage', 'timeout'],
  );
  t.is(stateOf(problems), 'unavailable');
  t.is(stateOf(findProblems(undefined, writer, false)), 'ok');
});

test('/status.json holds the counts, and everything that the page shows', async (t) => {
  const status = statusOf();
  const { url } = await startAdmin(t, status);
  const response = await fetch(`${url}/status.json`);
  t.is(response.status, 200);
  t.is(response.headers.get('content-type'), 'application/json; charset=utf-8');
  const told = (await response.json()) as Record<string, unknown>;
  t.deepEqual(told['counts'], {
    accepted: 10_107,
    written: 10_000,
    repeated: 40,
    ignored: 7,
    quarantined: 10,
    waiting: 50,
  });
  t.deepEqual(told, JSON.parse(JSON.stringify(status)));
});

const PATHS: readonly [path: string, type: string][] = [
  ['/', 'text/html; charset=utf-8'],
  ['/status.css', 'text/css; charset=utf-8'],
  ['/status.js', 'text/javascript; charset=utf-8'],
  ['/icon.svg', 'image/svg+xml'],
  ['/status.json', 'application/json; charset=utf-8'],
  ['/metrics', 'text/plain; version=0.0.4; charset=utf-8'],
  ['/healthz', 'text/plain; charset=utf-8'],
  ['/readyz', 'application/json; charset=utf-8'],
];

for (const [path, type] of PATHS)
  test(`${path} comes as ${type}, with headers that allow nothing from elsewhere`, async (t) => {
    const { url } = await startAdmin(t, statusOf());
    const response = await fetch(url + path);
    t.is(response.status, 200);
    t.is(response.headers.get('content-type'), type);
    const policy = response.headers.get('content-security-policy') ?? '';
    t.regex(policy, /default-src 'none'/);
    t.regex(policy, /frame-ancestors 'none'/);
    t.regex(policy, /base-uri 'none'/);
    t.regex(policy, /form-action 'none'/);
    t.notRegex(policy, /unsafe|http|\*|data:/);
    t.is(response.headers.get('x-content-type-options'), 'nosniff');
    t.is(response.headers.get('referrer-policy'), 'no-referrer');
    t.is(response.headers.get('cache-control'), 'no-store');
    t.is(response.headers.get('access-control-allow-origin'), null);
    t.is(response.headers.get('set-cookie'), null);
    t.true((await response.text()).length > 0);
    const head = await fetch(url + path, { method: 'HEAD' });
    t.is(head.status, 200);
    t.is(await head.text(), '');
  });

test('another path is answered with 404, another method with 405', async (t) => {
  const { url } = await startAdmin(t, statusOf());
  for (const path of [
    '/zoom/webhook',
    '/status',
    '/../package.json',
    '/web/status.html',
    '/status.js.map',
    '/%2e%2e/package.json',
  ])
    t.is((await fetch(url + path)).status, 404, path);
  for (const [path] of PATHS)
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      t.is((await fetch(url + path, { method })).status, 405, `${method} ${path}`);
});

test('a status that can not be read is answered with 500 without the cause, and logged', async (t) => {
  const broken = {
    ...statusOf(),
    get counts(): never {
      throw new Error('the spool is closed');
    },
  };
  const { url, log, show } = await startAdmin(t, statusOf());
  show(broken);
  for (const path of ['/status.json', '/metrics']) {
    const response = await fetch(url + path);
    t.is(response.status, 500);
    t.false((await response.text()).includes('spool'));
  }
  t.is((await fetch(`${url}/healthz`)).status, 200);
  t.true(log.entries.length >= 1);
  t.true(
    log.entries.every(
      ({ level, details }) => level === 'error' && details['error'] === 'the spool is closed',
    ),
  );
});

test('the page loads nothing but its own style and script', async (t) => {
  const { url } = await startAdmin(t, statusOf());
  const html = await (await fetch(url)).text();
  const loaded = [...html.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"/g)].map(
    ([, address]) => address,
  );
  t.deepEqual(loaded.sort(), ['/icon.svg', '/status.css', '/status.js']);
  t.notRegex(html, /<script(?![^>]*src=)|style="|\son\w+=/);
});
