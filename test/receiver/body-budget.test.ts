import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { BodyBudget } from '../../src/receiver/body-budget.js';
import { MAX_BODY_BYTES } from '../../src/receiver/read-body.js';
import { until } from '../helpers/until.js';
import { B1, requestHead, startWebhook } from '../helpers/webhook.js';

const GZIP = { 'content-encoding': 'gzip' };
const MEGABYTE = 1024 * 1024;

/** Opens a request that has sent this much of its body and is in no hurry with the rest. */
async function unfinished(
  dial: () => ReturnType<Awaited<ReturnType<typeof startWebhook>>['dial']>,
  bytes: number,
) {
  const connection = await dial();
  connection.write(requestHead(Buffer.from(B1), { extra: [`content-length: ${4 * MEGABYTE}`] }));
  connection.write('x'.repeat(bytes));
  return connection;
}

test('while unfinished large bodies take all the memory there is for them, a large one is told 503 and ordinary events pass', async (t) => {
  const { post, dial, rejected, stored, log } = await startWebhook(t, { bodyBudgetBytes: 10 * MEGABYTE });
  const strangers = await Promise.all([1, 2, 3].map(() => unfinished(dial, 3.2 * MEGABYTE)));
  const large = Buffer.from(`{"event":"x.y","pad":"${'x'.repeat(MEGABYTE)}"}`);
  await until('the memory is taken', async () => (await post(large)).status === 503);
  const refused = await post(large);
  t.is(refused.status, 503);
  t.is(refused.headers['retry-after'], '30');
  t.is(refused.body, '');
  t.is((await post(B1)).status, 204);
  t.is(
    (await post(B1, { wire: gzipSync(B1), headers: GZIP })).status,
    503,
    'unpacked, it could be of any size',
  );
  t.true((rejected()['too_busy'] ?? 0) >= 2);
  t.true(log.entries.some(({ message }) => message.includes('too many large bodies')));

  for (const stranger of strangers) stranger.socket.destroy();
  await until('the memory is back', async () => (await post(large)).status === 204);
  t.is((await post(B1, { wire: gzipSync(B1), headers: GZIP })).status, 204);
  t.true(stored.length >= 3);
});

test('what a request took of the memory is given back, however it ends', async (t) => {
  const { post, dial, rejected } = await startWebhook(t, { bodyBudgetBytes: MAX_BODY_BYTES + MEGABYTE });
  const large = Buffer.from(`{"event":"x.y","pad":"${'x'.repeat(6 * MEGABYTE)}"}`);
  for (let round = 0; round < 5; round += 1) {
    t.is((await post(large)).status, 204);
    t.is((await post(large, { signature: `v0=${'0'.repeat(64)}` })).status, 401);
    t.is((await post('not gzip', { headers: GZIP })).status, 400);
    const stranger = await unfinished(dial, 2 * MEGABYTE);
    await sleep(20);
    stranger.socket.destroy();
    await until('the break is noticed', () => (rejected()['body_incomplete'] ?? 0) > round);
  }
  t.is(rejected()['too_busy'], undefined);
});

test('what is free, what is charged and what comes back add up', (t) => {
  const budget = new BodyBudget(100_000);
  const ordinary = budget.open();
  ordinary.take(16 * 1024);
  const large = budget.open();
  large.take(16 * 1024);
  large.take(100_000);
  t.throws(() => large.take(1), { code: 'too_busy' });
  t.throws(() => ordinary.take(1), { code: 'too_busy' });
  t.notThrows(() => budget.open().take(16 * 1024));
  large.close();
  large.close();
  t.notThrows(() => ordinary.take(100_000));
  t.throws(() => budget.open().take(16 * 1024 + 1), { code: 'too_busy' });
});

test('a thousand connections that speak no HTTP put nothing into the log', async (t) => {
  const { dial, log, post } = await startWebhook(t);
  const before = log.entries.length;
  for (let round = 0; round < 10; round += 1)
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const connection = await dial();
        // What ends in the middle of a body is an error of the request; what begins with nonsense, of the connection.
        const head = requestHead(Buffer.from(B1), { extra: ['transfer-encoding: chunked'] });
        connection.write(index % 2 === 0 ? `${head}zz\r\n` : '\u0016\u0003\u0001 nonsense\r\n\r\n');
        await connection.closed;
      }),
    );
  t.is((await post(B1)).status, 204);
  // A broken body is a refusal like others: told once.
  t.true(log.entries.length - before <= 1, JSON.stringify(log.entries.slice(before, before + 3)));
});
