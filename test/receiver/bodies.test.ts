import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { MAX_BODY_BYTES } from '../../src/receiver/read-body.js';
import { until } from '../helpers/until.js';
import { B1, requestHead, startWebhook, VALIDATION } from '../helpers/webhook.js';

/** A signed event of exactly this many bytes. */
function eventOf(bytes: number): Buffer {
  const frame = '{"event":"x.y","pad":""}';
  return Buffer.from(`{"event":"x.y","pad":"${'x'.repeat(bytes - frame.length)}"}`);
}

const GZIP = { 'content-encoding': 'gzip' };
/** Cuts slow senders off soon; only for tests in which nothing else has to be in time. */
const QUICK = { headersMs: 300, requestMs: 600, checkEveryMs: 50 };
/** Cuts off what waits for ever, and leaves a busy machine time for the rest. */
const PATIENT = { headersMs: 4000, requestMs: 6000, checkEveryMs: 50 };

test.serial('a body of exactly 8 MiB is accepted, plain, in chunks and packed', async (t) => {
  const { post, stored } = await startWebhook(t);
  const body = eventOf(MAX_BODY_BYTES);
  t.is(body.length, 8 * 1024 * 1024);
  t.is((await post(body)).status, 204);
  t.is((await post(body, { chunked: true })).status, 204);
  t.is((await post(body, { wire: gzipSync(body), headers: GZIP })).status, 204);
  t.true(stored.every((it) => it.equals(body)));
});

test('a body one byte over 8 MiB is answered with 413 and the connection closed', async (t) => {
  const body = eventOf(MAX_BODY_BYTES + 1);
  for (const chunked of [false, true]) {
    const { post, stored, rejected } = await startWebhook(t);
    const reply = await post(body, { chunked });
    t.is(reply.status, 413, chunked ? 'chunked' : 'content-length');
    t.is(reply.headers.connection, 'close');
    t.is(reply.body, '');
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { too_large: 1 });
  }
});

test('a sender that goes on after 413 still gets to read it', async (t) => {
  const { post, rejected } = await startWebhook(t);
  const body = eventOf(5 * MAX_BODY_BYTES);
  for (const chunked of [false, true]) t.is((await post(body, { chunked })).status, 413);
  t.deepEqual(rejected(), { too_large: 2 });
});

test('a sender of a large unsigned body gets to read 401, though the body is not read', async (t) => {
  const { post, rejected } = await startWebhook(t);
  const body = eventOf(MAX_BODY_BYTES);
  for (const chunked of [false, true])
    t.is((await post(body, { chunked, headers: { 'x-zm-signature': null } })).status, 401);
  t.deepEqual(rejected(), { signature_missing: 2 });
});

test('413 is answered from the content-length alone, before any of the body came', async (t) => {
  const { dial } = await startWebhook(t);
  const connection = await dial();
  connection.write(requestHead(Buffer.from(B1), { extra: ['content-length: 8388609'] }));
  t.regex(await connection.closed, /^HTTP\/1\.1 413 /);
});

test.serial('a sender without end is cut off after 413', async (t) => {
  const { dial } = await startWebhook(t);
  const connection = await dial();
  connection.write(requestHead(Buffer.from(B1), { extra: ['transfer-encoding: chunked'] }));
  const megabyte = `100000\r\n${'x'.repeat(1024 * 1024)}\r\n`;
  let ended = false;
  void connection.closed.then(() => {
    ended = true;
  });
  const from = performance.now();
  while (!ended && performance.now() - from < 20_000) {
    if (connection.socket.writable && connection.socket.writableLength < 4 * megabyte.length)
      connection.write(megabyte);
    await sleep(2);
  }
  t.true(ended);
  t.regex(connection.text(), /^HTTP\/1\.1 413 /);
});

test.serial('a small gzip body that unpacks to more than 8 MiB is answered with 413', async (t) => {
  const { post, stored, rejected } = await startWebhook(t);
  for (const bytes of [MAX_BODY_BYTES + 1, 256 * 1024 * 1024]) {
    const wire = gzipSync(Buffer.alloc(bytes, 'x'), { level: 9 });
    t.true(wire.length < MAX_BODY_BYTES);
    t.is((await post(B1, { wire, headers: GZIP })).status, 413);
  }
  t.deepEqual(stored, []);
  t.deepEqual(rejected(), { too_large: 2 });
});

test.serial('a gzip body that is over 8 MiB while packed is answered with 413', async (t) => {
  const { post } = await startWebhook(t);
  const wire = gzipSync(randomBytes(MAX_BODY_BYTES + 1));
  t.is((await post(B1, { wire, headers: GZIP })).status, 413);
  t.is((await post(B1, { wire, headers: GZIP, chunked: true })).status, 413);
});

const packed = gzipSync(B1);
const damaged = Buffer.from(packed);
damaged[packed.length - 6] = (damaged[packed.length - 6] ?? 0) ^ 0xff;

for (const [title, wire] of [
  ['plain text', Buffer.from(B1)],
  ['nothing', Buffer.alloc(0)],
  ['the first half of a gzip body', packed.subarray(0, packed.length >> 1)],
  ['all but the last byte of a gzip body', packed.subarray(0, -1)],
  ['a gzip body with a wrong checksum', damaged],
  ['a zlib body', deflateSync(B1)],
  ['random bytes', randomBytes(500)],
] as const)
  test(`${title} under content-encoding gzip is answered with 400`, async (t) => {
    const { post, stored, rejected, log } = await startWebhook(t);
    t.is((await post(B1, { wire, headers: GZIP })).status, 400);
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { encoding_unreadable: 1 });
    t.like(log.entries[0], { level: 'warn', details: { reason: 'encoding_unreadable' } });
  });

for (const [encoding, wire] of [
  ['br', brotliCompressSync(B1)],
  ['deflate', deflateSync(B1)],
  ['zstd', Buffer.from(B1)],
  ['gzip, gzip', gzipSync(gzipSync(B1))],
  ['compress', Buffer.from(B1)],
  ['gzip\tx', Buffer.from(B1)],
  ['UTF-8', Buffer.from(B1)],
] as const)
  test(`content-encoding ${JSON.stringify(encoding)} is answered with 415, and counted`, async (t) => {
    const { post, stored, rejected } = await startWebhook(t);
    t.is((await post(B1, { wire, headers: { 'content-encoding': encoding } })).status, 415);
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { encoding_unsupported: 1 });
  });

test('a sender that breaks off in the middle of its body costs nothing but a count', async (t) => {
  const { dial, post, stored, rejected, log } = await startWebhook(t);
  const body = Buffer.from(B1);
  for (const extra of [[`content-length: ${body.length}`], ['transfer-encoding: chunked']]) {
    const connection = await dial();
    connection.write(requestHead(body, { extra }));
    connection.write(
      extra[0] === 'transfer-encoding: chunked' ? `10\r\n${B1.slice(0, 16)}\r\n` : B1.slice(0, 100),
    );
    await sleep(50);
    connection.socket.resetAndDestroy();
  }
  await until('both are counted', () => rejected()['body_incomplete'] === 2);
  t.is((await post(B1)).status, 204);
  t.is(stored.length, 1);
  t.deepEqual(
    log.entries.map(({ level }) => level),
    ['warn'],
    'told once, and not as a fault of the bridge',
  );
});

test('a sender that goes away before its answer costs no line in the log as a fault of the bridge', async (t) => {
  let store: (() => void) | undefined;
  const { dial, log, stats } = await startWebhook(t, {
    append: () =>
      new Promise((resolve) => {
        store = resolve;
      }),
  });
  const body = Buffer.from(B1);
  const connection = await dial();
  connection.write(requestHead(body, { extra: [`content-length: ${body.length}`] }));
  connection.write(body);
  await until('it is being stored', () => store !== undefined);
  connection.socket.resetAndDestroy();
  await sleep(100);
  store?.();
  await until('it is accepted all the same: Zoom sends it again', () => stats.snapshot().accepted === 1);
  await sleep(50);
  t.deepEqual(log.entries, []);
});

test('headers that come too slowly are cut off', async (t) => {
  const { dial, stored } = await startWebhook(t, { timeouts: QUICK });
  const connection = await dial();
  const head = requestHead(Buffer.from(B1));
  const from = performance.now();
  let ended = false;
  void connection.closed.then(() => {
    ended = true;
  });
  for (const letter of head) {
    if (ended) break;
    connection.write(letter);
    await sleep(20);
  }
  t.true(ended);
  t.true(performance.now() - from < 8000);
  t.regex(connection.text(), /^(HTTP\/1\.1 408 |$)/);
  t.deepEqual(stored, []);
});

test('a connection on which nothing comes is cut off', async (t) => {
  const { dial } = await startWebhook(t, { timeouts: QUICK });
  const connection = await dial();
  const from = performance.now();
  await connection.closed;
  t.true(performance.now() - from < 8000);
});

test('a body that comes too slowly is cut off, and counted', async (t) => {
  const { dial, stored, rejected } = await startWebhook(t, { timeouts: QUICK });
  const body = Buffer.from(B1);
  const connection = await dial();
  connection.write(requestHead(body, { extra: [`content-length: ${body.length}`] }));
  let ended = false;
  void connection.closed.then(() => {
    ended = true;
  });
  const from = performance.now();
  for (const letter of B1) {
    if (ended) break;
    connection.write(letter);
    await sleep(20);
  }
  t.true(ended);
  t.true(performance.now() - from < 8000);
  t.deepEqual(stored, []);
  await until('it is counted', () => rejected()['body_incomplete'] === 1);
});

test('a body that stops half way, on a connection that stays open, is cut off', async (t) => {
  const { dial, stored } = await startWebhook(t, { timeouts: QUICK });
  const body = Buffer.from(B1);
  const connection = await dial();
  connection.write(requestHead(body, { extra: [`content-length: ${body.length}`] }));
  connection.write(B1.slice(0, 200));
  await connection.closed;
  t.deepEqual(stored, []);
});

test('a request whose sender closes its half of the connection is answered all the same', async (t) => {
  const { dial, stored } = await startWebhook(t);
  const body = Buffer.from(B1);
  const connection = await dial();
  connection.write(requestHead(body, { extra: [`content-length: ${body.length}`, 'connection: close'] }));
  connection.socket.end(body);
  t.regex(await connection.closed, /^HTTP\/1\.1 204 /);
  t.is(stored.length, 1);
});

test('so is one whose event takes a while to be stored, and one that lacks its end is not waited for', async (t) => {
  const { dial, stats } = await startWebhook(t, { append: () => sleep(300) });
  const body = Buffer.from(B1);
  const head = requestHead(body, { extra: [`content-length: ${body.length}`] });
  const connection = await dial();
  connection.socket.end(Buffer.concat([Buffer.from(head), body]));
  t.regex(await connection.closed, /^HTTP\/1\.1 204 /);
  const broken = await dial();
  broken.socket.end(Buffer.concat([Buffer.from(head), body.subarray(1)]));
  t.notRegex(await broken.closed, /^HTTP\/1\.1 2/);
  const idle = await dial();
  idle.socket.end();
  t.is(await idle.closed, '');
  t.is(stats.snapshot().accepted, 1);
});

test('a request without a body length has an empty body', async (t) => {
  const { dial } = await startWebhook(t);
  const connection = await dial();
  connection.write(requestHead(Buffer.from(B1), { extra: ['connection: close'] }));
  t.regex(await connection.closed, /^HTTP\/1\.1 401 /);
});

test('Expect: 100-continue is answered, and the body then read', async (t) => {
  const { dial, stored } = await startWebhook(t);
  const body = Buffer.from(B1);
  const connection = await dial();
  connection.write(
    requestHead(body, {
      extra: [`content-length: ${body.length}`, 'expect: 100-continue', 'connection: close'],
    }),
  );
  await until('100', () => connection.text().startsWith('HTTP/1.1 100 '));
  connection.write(body);
  t.regex(await connection.closed, /HTTP\/1\.1 204 /);
  t.is(stored.length, 1);
});

for (const [title, bytes] of [
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['a TLS handshake', Buffer.from('16030100050100000100', 'hex')],
  ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a header without a colon', 'POST /zoom/webhook HTTP/1.1\r\nhost: x\r\nbroken\r\n\r\n'],
  ['a NUL in a header', 'POST /zoom/webhook HTTP/1.1\r\nhost: x\r\nx-zm-signature: v0=\0\r\n\r\n'],
  ['no host', 'POST /zoom/webhook HTTP/1.1\r\n\r\n'],
  ['a negative length', 'POST /zoom/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'],
  ['a length that is no number', 'POST /zoom/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 1e3\r\n\r\n'],
  [
    'two lengths',
    'POST /zoom/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
  ],
  [
    'a length and chunks',
    'POST /zoom/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['headers of 64 KiB', `POST /zoom/webhook HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(65_536)}\r\n\r\n`],
  ['a path of 64 KiB', `POST /${'x'.repeat(65_536)} HTTP/1.1\r\nhost: x\r\n\r\n`],
  ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n'],
] as const)
  test(`${title} is refused without harm`, async (t) => {
    const { dial, post, stored } = await startWebhook(t, { timeouts: PATIENT });
    const connection = await dial();
    connection.write(bytes);
    t.regex(await connection.closed, /^(HTTP\/1\.1 4\d\d |$)/);
    t.deepEqual(stored, []);
    t.is((await post(VALIDATION)).status, 200, 'the next one is served');
  });

for (const target of [
  'http://bridge.example.com/zoom/webhook',
  '*',
  'http://[',
  'zoom/webhook',
  'http://bridge.example.com',
])
  test(`the request target ${target} does not end in an error of the bridge`, async (t) => {
    const { dial, log } = await startWebhook(t, { timeouts: PATIENT });
    const body = Buffer.from(B1);
    const connection = await dial();
    connection.write(
      requestHead(body, { path: target, extra: [`content-length: ${body.length}`, 'connection: close'] }),
    );
    connection.write(body);
    t.regex(await connection.closed, /^HTTP\/1\.1 (204|40\d) /);
    t.deepEqual(
      log.entries.filter(({ level }) => level === 'error'),
      [],
    );
  });

test('an upgrade to WebSocket is not taken up', async (t) => {
  const { dial } = await startWebhook(t, { timeouts: PATIENT });
  const connection = await dial();
  connection.write(
    'GET /zoom/webhook HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n',
  );
  t.regex(await connection.closed, /^HTTP\/1\.1 405 /);
});
