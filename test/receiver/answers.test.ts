import test, { type ExecutionContext } from 'ava';
import { until } from '../helpers/until.js';
import { B1, type Reply, startSpool, startWebhook, VALIDATION } from '../helpers/webhook.js';

const isBare = (t: ExecutionContext, reply: Reply, status: number) => {
  t.is(reply.status, status);
  t.is(reply.headers['set-cookie'], undefined);
  t.is(reply.headers.location, undefined);
};

test('204 comes only after the event has been stored', async (t) => {
  let store = () => {};
  let asked = false;
  const { post, stats } = await startWebhook(t, {
    append: () =>
      new Promise((resolve) => {
        asked = true;
        store = resolve;
      }),
  });
  let answered = false;
  const reply = post(B1).then((it) => {
    answered = true;
    return it;
  });
  await until('the append', () => asked);
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.false(answered);
  t.is(stats.snapshot().accepted, 0, 'not accepted before it is on disk');
  store();
  isBare(t, await reply, 204);
  t.is((await reply).body, '');
  t.is(stats.snapshot().accepted, 1);
});

test('an acknowledged event is on disk even if the process ends in that moment', async (t) => {
  const spool = await startSpool(t);
  const { post } = await startWebhook(t, { append: (body, at) => spool.append(body, at) });
  for (let count = 1; count <= 5; count += 1) {
    t.is((await post(B1)).status, 204);
    t.is(spool.counts().accepted, count);
  }
});

test('503 with Retry-After is the answer while events can not be stored, and 204 when they can again', async (t) => {
  let broken = true;
  const { post, rejected, log, stats, clock } = await startWebhook(t, {
    append: async () => {
      if (broken) throw new Error('ENOSPC: no space left on device');
    },
  });
  const reply = await post(B1);
  isBare(t, reply, 503);
  t.regex(String(reply.headers['retry-after']), /^[1-9]\d*$/);
  t.is(reply.body, '', 'nothing about the disk');
  await post(B1);
  t.deepEqual(rejected(), { storage: 2 });
  t.is(log.entries.length, 1, 'one line for both');
  t.like(log.entries[0], {
    level: 'warn',
    details: { reason: 'storage', cause: 'ENOSPC: no space left on device' },
  });
  t.is(stats.snapshot().accepted, 0);
  broken = false;
  clock.ms += 1000;
  isBare(t, await post(B1), 204);
});

test('503 is the answer, never 429 or another 4xx, when the spool is full and when it is shut', async (t) => {
  const full = await startSpool(t, 1);
  const first = await startWebhook(t, { append: (body, at) => full.append(body, at) });
  t.is((await first.post(B1)).status, 204, 'there was nothing in it yet');
  t.is((await first.post(B1)).status, 503);
  const shut = await startSpool(t);
  shut.refuse();
  const second = await startWebhook(t, { append: (body, at) => shut.append(body, at) });
  const reply = await second.post(B1);
  t.is(reply.status, 503);
  t.truthy(reply.headers['retry-after']);
  t.is((await second.post(VALIDATION)).status, 200);
});

test('another path is answered with 404, also when the request is signed', async (t) => {
  const { post, stored } = await startWebhook(t);
  for (const path of [
    '/',
    '/zoom',
    '/zoom/webhooks',
    '/zoom/webhook/more',
    '/zoom/webhook%2F',
    '/zoom//webhook',
    '/zoom/../zoom/webhook/x',
    '/%',
    '/%zz',
    '/%00',
    '//zoom/webhook',
    '/favicon.ico',
    '/robots.txt',
    '/healthz/x',
  ])
    isBare(t, await post(B1, { path }), 404);
  t.deepEqual(stored, []);
});

test('a query behind the path changes nothing', async (t) => {
  const { post } = await startWebhook(t);
  t.is((await post(B1, { path: '/zoom/webhook?tenant=1' })).status, 204);
});

for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])
  test(`${method} on the webhook is answered with 405 and Allow: POST`, async (t) => {
    const { post, stored } = await startWebhook(t);
    const reply = await post(method === 'GET' || method === 'HEAD' ? '' : B1, { method });
    isBare(t, reply, 405);
    t.is(reply.headers['allow'], 'POST');
    t.deepEqual(stored, []);
  });

for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
  test(`${method} on /healthz is answered with 405 and Allow: GET, HEAD`, async (t) => {
    const { post } = await startWebhook(t);
    const reply = await post(B1, { method, path: '/healthz' });
    isBare(t, reply, 405);
    t.is(reply.headers['allow'], 'GET, HEAD');
  });

test('GET and HEAD on /healthz are answered with 200, whatever the state of the spool', async (t) => {
  const { post } = await startWebhook(t, { append: () => Promise.reject(new Error('gone')) });
  const options = { path: '/healthz', headers: { 'x-zm-signature': null, 'x-zm-request-timestamp': null } };
  const get = await post('', { ...options, method: 'GET' });
  isBare(t, get, 200);
  t.is(get.body, 'ok\n');
  const head = await post('', { ...options, method: 'HEAD' });
  isBare(t, head, 200);
  t.is(head.body, '');
});

test('nothing of the private side is on the public port', async (t) => {
  const { post } = await startWebhook(t);
  for (const path of ['/', '/status.json', '/metrics', '/readyz', '/status.js', '/status.css'])
    for (const method of ['GET', 'HEAD', 'POST'])
      t.is((await post('', { path, method })).status, 404, `${method} ${path}`);
});

test('WEBHOOK_PATH moves the webhook', async (t) => {
  const { post } = await startWebhook(t, { env: { WEBHOOK_PATH: '/hooks/7f3a' } });
  t.is((await post(B1)).status, 204);
  t.is((await post(B1, { path: '/zoom/webhook' })).status, 404);
});

test('WEBHOOK_PATH may hold any letters: requests name them percent-encoded', async (t) => {
  const { post } = await startWebhook(t, { env: { WEBHOOK_PATH: '/zoë/😀' } });
  t.is((await post(B1, { path: encodeURI('/zoë/😀') })).status, 204);
  t.is((await post(B1, { path: '/zoe' })).status, 404);
});

for (const path of [
  '/a:b',
  '/zoom/:tenant',
  '/zoom/*',
  '/zoom/(x)',
  '/zoom/{x}',
  '/a+b',
  '/a.b',
  '/zo%C3%AB',
  '/[x]',
  '/a!',
  '/$',
  '/x?'.slice(0, 2),
  '/',
])
  test(`WEBHOOK_PATH=${path} is that path and no pattern`, async (t) => {
    const { post } = await startWebhook(t, { env: { WEBHOOK_PATH: path } });
    t.is((await post(B1, { path })).status, 204);
    t.is((await post(B1, { path, method: 'PUT' })).status, 405);
    for (const other of ['/axb', '/zoom/any', '/zoom/x', '/zoom/', '/aab', '/x.b'])
      if (other !== path) t.is((await post(B1, { path: other })).status, 404, other);
  });

test('100 posts at the same time are each answered for themselves', async (t) => {
  const spool = await startSpool(t);
  const { post, rejected } = await startWebhook(t, { append: (body, at) => spool.append(body, at) });
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, index) => {
      if (index % 5 === 0) return post(VALIDATION);
      if (index % 5 === 1) return post(B1, { secret: 'another' });
      return post(B1.replace('16778240', String(index)));
    }),
  );
  replies.forEach(({ status }, index) => {
    t.is(status, index % 5 === 0 ? 200 : index % 5 === 1 ? 401 : 204, String(index));
  });
  t.is(spool.counts().accepted, 60);
  t.deepEqual(rejected(), { signature_mismatch: 20 });
});

test('no answer tells what runs here', async (t) => {
  const { post } = await startWebhook(t);
  for (const options of [{}, { secret: 'x' }, { path: '/x' }, { method: 'PUT' }]) {
    const { headers } = await post(B1, options);
    t.is(headers['x-powered-by'], undefined);
    t.is(headers['server'], undefined);
  }
});
