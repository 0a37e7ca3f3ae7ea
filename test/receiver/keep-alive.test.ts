import { gzipSync } from 'node:zlib';
import test from 'ava';
import { until } from '../helpers/until.js';
import {
  B1,
  oneConnection,
  type PostOptions,
  requestHead,
  startWebhook,
  VALIDATION,
} from '../helpers/webhook.js';

const CASES: readonly [title: string, body: string, options: PostOptions, status: number][] = [
  ['204', B1, {}, 204],
  ['200 to a validation', VALIDATION, {}, 200],
  ['400', '[]', {}, 400],
  ['400 to an unusable validation', '{"event":"endpoint.url_validation"}', {}, 400],
  ['401 after the body was read', B1, { secret: 'another' }, 401],
  ['404', B1, { path: '/other' }, 404],
  ['405', B1, { method: 'PUT' }, 405],
  ['503', '{"event":"broken"}', {}, 503],
  ['204 to a gzip body', B1, { wire: gzipSync(B1), headers: { 'content-encoding': 'gzip' } }, 204],
  ['204 to a body in chunks', B1, { chunked: true }, 204],
];

for (const [title, body, options, status] of CASES)
  test(`the connection is used again after ${title}`, async (t) => {
    const { post } = await startWebhook(t, {
      append: async (stored) => {
        if (stored.includes('broken')) throw new Error('no space left on device');
      },
    });
    const agent = oneConnection(t);
    const first = await post(body, { ...options, agent });
    t.is(first.status, status);
    t.not(first.headers.connection, 'close');
    const second = await post(B1, { agent });
    t.is(second.status, 204);
    t.is(second.clientPort, first.clientPort);
  });

test('the connection is closed after a refusal that left the body unread, and the next one is served', async (t) => {
  const { post } = await startWebhook(t);
  const agent = oneConnection(t);
  for (const [options, status] of [
    [{ headers: { 'x-zm-signature': null } }, 401],
    [{ timestamp: 1 }, 401],
    [{ headers: { 'content-encoding': 'br' } }, 415],
    [{ headers: { 'content-encoding': 'gzip' } }, 400],
    [{ wire: Buffer.alloc(9 * 1024 * 1024) }, 413],
  ] as const) {
    const refused = await post(B1, { ...options, agent });
    t.is(refused.status, status);
    t.is(refused.headers.connection, 'close');
    const next = await post(B1, { agent });
    t.is(next.status, 204);
    t.not(next.clientPort, refused.clientPort);
  }
});

test('500 events over one connection are all accepted', async (t) => {
  const { post, stored } = await startWebhook(t);
  const agent = oneConnection(t);
  const ports = new Set<number>();
  for (let index = 0; index < 500; index += 1) ports.add((await post(B1, { agent })).clientPort);
  t.is(ports.size, 1);
  t.is(stored.length, 500);
});

test('two requests sent without waiting are answered in turn', async (t) => {
  const { dial, stored } = await startWebhook(t);
  const connection = await dial();
  const body = Buffer.from(B1);
  const one = requestHead(body, { extra: [`content-length: ${body.length}`] }) + B1;
  const last = requestHead(body, { extra: [`content-length: ${body.length}`, 'connection: close'] }) + B1;
  connection.write(one + last);
  t.is((await connection.closed).match(/HTTP\/1\.1 204 /g)?.length, 2);
  t.is(stored.length, 2);
});

test('closing lets a request under way end, and takes no new connection', async (t) => {
  let store: (() => void) | undefined;
  const { post, listening } = await startWebhook(t, {
    append: () =>
      new Promise((resolve) => {
        store = resolve;
      }),
  });
  const underWay = post(B1);
  await until('it is being stored', () => store !== undefined);
  const closed = listening.close(5000);
  await t.throwsAsync(post(B1), { code: 'ECONNREFUSED' });
  store?.();
  t.is((await underWay).status, 204);
  await closed;
});

test('closing cuts off a request that does not end in the time given', async (t) => {
  let storing = false;
  const { post, listening } = await startWebhook(t, {
    append: () => {
      storing = true;
      return new Promise(() => {});
    },
  });
  const underWay = t.throwsAsync(post(B1));
  await until('it is being stored', () => storing);
  const from = performance.now();
  await listening.close(200);
  t.true(performance.now() - from < 2000);
  await underWay;
});

test('closing does not wait for connections on which nothing is going on', async (t) => {
  const { post, listening } = await startWebhook(t);
  await post(B1, { agent: oneConnection(t) });
  const from = performance.now();
  await listening.close(10_000);
  t.true(performance.now() - from < 2000);
});

test('closing does not wait for a connection whose last answer came after it had begun', async (t) => {
  let store: (() => void) | undefined;
  const { post, listening } = await startWebhook(t, {
    append: () =>
      new Promise((resolve) => {
        store = resolve;
      }),
  });
  const underWay = post(B1, { agent: oneConnection(t) });
  await until('it is being stored', () => store !== undefined);
  const from = performance.now();
  const closed = listening.close(10_000);
  store?.();
  t.is((await underWay).status, 204);
  await closed;
  t.true(performance.now() - from < 3000);
});

test('a connection that piles up requests without waiting for answers is cut off, and others are served', async (t) => {
  const { dial, post, stored } = await startWebhook(t);
  const flood = await dial();
  flood.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1_000));
  const answers = (await flood.closed).split('HTTP/1.1 200 ').length - 1;
  t.true(answers <= 16, `${answers} answers`);
  t.is((await post(B1)).status, 204);
  t.is(stored.length, 1);
});

test('requests that are sent a few at a time without waiting are all answered', async (t) => {
  const { dial } = await startWebhook(t);
  const connection = await dial();
  for (let round = 1; round <= 5; round += 1) {
    connection.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(8));
    const answers = () => connection.text().split('HTTP/1.1 200 ').length - 1;
    await until('all answers', () => answers() >= round * 8);
    t.is(answers(), round * 8);
  }
});
