import { randomBytes } from 'node:crypto';
import test from 'ava';
import { signBody } from '../../src/zoom/signature.js';
import {
  B1,
  SECRET,
  startWebhook,
  T,
  VALIDATION,
  VALIDATION_ANSWER,
  VALIDATION_SIGNATURE,
} from '../helpers/webhook.js';

const never = () => new Promise<void>(() => {});
const fails = () => Promise.reject(new Error('no space left on device'));

const asking = (payload: unknown) =>
  JSON.stringify({ event: 'endpoint.url_validation', event_ts: T * 1000, payload });

test('C07: a validation is answered with 200 and exactly the two tokens as JSON', async (t) => {
  const { post, stored } = await startWebhook(t);
  const { status, headers, body } = await post(VALIDATION, { signature: VALIDATION_SIGNATURE });
  t.is(status, 200);
  t.is(headers['content-type'], 'application/json; charset=utf-8');
  t.deepEqual(JSON.parse(body), VALIDATION_ANSWER);
  t.regex(VALIDATION_ANSWER.encryptedToken, /^[0-9a-f]{64}$/);
  t.is(headers['set-cookie'], undefined);
  t.is(headers.location, undefined);
  t.deepEqual(stored, [], 'nothing is stored');
});

test("C07: the fact sheet's vector gives the answer that Zoom expects", async (t) => {
  const { post } = await startWebhook(t, { env: { ZOOM_SECRET_TOKEN: 'test-secret-token' } });
  const { body } = await post(asking({ plainToken: 'plain-token-1' }), { secret: 'test-secret-token' });
  t.deepEqual(JSON.parse(body), {
    plainToken: 'plain-token-1',
    encryptedToken: '82d36d59233fb650c3bf88516fbca0f4a364d694c9c1ae521d42538b570befe9',
  });
});

test('C07: plainToken comes back as it was received, whatever characters it holds', async (t) => {
  const { post } = await startWebhook(t);
  for (const plainToken of ['a', 'Zoë 🦩', 'a"b\\c', '<b>', '0', 'x'.repeat(256)]) {
    const { status, body } = await post(asking({ plainToken }));
    t.is(status, 200);
    const answer = JSON.parse(body) as Record<string, string>;
    t.deepEqual(Object.keys(answer).sort(), ['encryptedToken', 'plainToken']);
    t.is(answer['plainToken'], plainToken);
  }
});

test('C07: a payload in front of the event, and unknown keys beside plainToken, change nothing', async (t) => {
  const { post } = await startWebhook(t);
  const { plainToken } = VALIDATION_ANSWER;
  const body = `{"payload":{"plainToken":"${plainToken}","more":1},"event_ts":1,"event":"endpoint.url_validation","new":[]}`;
  t.deepEqual(JSON.parse((await post(body)).body), VALIDATION_ANSWER);
});

for (const [title, payload] of [
  ['no payload', undefined],
  ['a payload that is null', null],
  ['a payload that is a list', []],
  ['a payload that is text', 'plainToken'],
  ['no plainToken', {}],
  ['an empty plainToken', { plainToken: '' }],
  ['a plainToken that is a number', { plainToken: 7 }],
  ['a plainToken of more than 256 characters', { plainToken: 'x'.repeat(257) }],
] as const)
  test(`C07: a validation with ${title} is answered with 400, and counted`, async (t) => {
    const { post, rejected } = await startWebhook(t);
    t.is((await post(asking(payload))).status, 400);
    t.deepEqual(rejected(), { validation_token_unusable: 1 });
  });

test('C07: nobody gets an event of their own signed by sending it as plainToken', async (t) => {
  const { post, stored } = await startWebhook(t);
  const { status, body } = await post(asking({ plainToken: `v0:${T}:{"event":"meeting.ended"}` }));
  t.is(status, 400);
  t.is(body, '');
  t.false(body.includes(signBody(SECRET, String(T), Buffer.from('{"event":"meeting.ended"}')).slice(3)));
  t.deepEqual(stored, []);
});

test.serial('C08: a validation is answered at once while storing hangs', async (t) => {
  const { post } = await startWebhook(t, { append: never });
  const waiting = Array.from({ length: 50 }, () => post(B1).catch(() => undefined));
  const from = performance.now();
  t.deepEqual(JSON.parse((await post(VALIDATION)).body), VALIDATION_ANSWER);
  t.true(performance.now() - from < 3000);
  t.is(waiting.length, 50);
});

test('C08: a validation is answered while storing fails', async (t) => {
  const { post } = await startWebhook(t, { append: fails });
  t.is((await post(B1)).status, 503);
  t.deepEqual(JSON.parse((await post(VALIDATION)).body), VALIDATION_ANSWER);
});

test('C08: every validation is computed anew, and the time of the last one is kept', async (t) => {
  const { post, stats, clock } = await startWebhook(t);
  t.is(stats.snapshot().lastValidationAt, undefined);
  await post(VALIDATION);
  t.is(stats.snapshot().lastValidationAt, T * 1000);
  clock.ms += 60_000;
  const another = randomBytes(12).toString('base64url');
  const answer = JSON.parse((await post(asking({ plainToken: another }))).body) as Record<string, string>;
  t.is(answer['plainToken'], another);
  t.not(answer['encryptedToken'], VALIDATION_ANSWER.encryptedToken);
  t.is(stats.snapshot().lastValidationAt, T * 1000 + 60_000);
});

test('C08: a refused validation does not count as an answered one', async (t) => {
  const { post, stats } = await startWebhook(t);
  await post(VALIDATION, { secret: 'another' });
  await post(asking({}));
  t.is(stats.snapshot().lastValidationAt, undefined);
});
