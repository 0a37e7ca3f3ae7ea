import test from 'ava';
import fc from 'fast-check';
import { signBody } from '../../src/zoom/signature.js';
import { answerUrlValidation } from '../../src/zoom/url-validation.js';
import { SECRET, startWebhook, T } from '../helpers/webhook.js';
import { signedPost, statusesIn } from './requests.js';
import { startVictim } from './under-attack/victim.js';

const EVENT = '{"event":"meeting.ended"}';
const asking = (plainToken: unknown) =>
  JSON.stringify({ event: 'endpoint.url_validation', event_ts: T * 1000, payload: { plainToken } });

/** Texts that are, or come close to, what a signature is made of. */
const content = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .tuple(
      fc.constantFrom(
        'v0:',
        'V0:',
        'v0',
        'v1:',
        ' v0:',
        '\ufeffv0:',
        'v0\u0000:',
        'v00:',
        '\ud800v0:',
        'v０:',
      ),
      fc.oneof(fc.integer({ min: 0, max: 9_999_999_999 }).map(String), fc.string({ maxLength: 10 })),
      fc.constantFrom(':', '', '\u0000:', '：'),
      fc.constantFrom(EVENT, '{}', '', '"'),
    )
    .map((parts) => parts.join('')),
);

test('no token whatever is answered with a signature under which an event would be let in', (t) => {
  fc.assert(
    fc.property(content, (plainToken) => {
      const answer = answerUrlValidation({ payload: { plainToken } }, SECRET);
      if (answer === undefined) return;
      // What was signed, read as `v0:time:body` in every way in which it can be.
      const signed = Buffer.from(plainToken);
      const text = signed.toString('latin1');
      if (!text.startsWith('v0:')) return;
      for (let colon = text.indexOf(':', 3); colon !== -1; colon = text.indexOf(':', colon + 1)) {
        const timestamp = text.slice(3, colon);
        const body = signed.subarray(colon + 1);
        t.not(signBody(SECRET, timestamp, body), `v0=${answer.encryptedToken}`, plainToken);
      }
    }),
    { numRuns: 20_000, seed: 1 },
  );
  t.pass();
});

test('a token that begins as a signed text does, in any spelling that has the same bytes, is not signed', async (t) => {
  const { post } = await startWebhook(t);
  for (const plainToken of [
    `v0:${T}:${EVENT}`,
    `v0:${T}:`,
    'v0::',
    'v0:',
    `v1:${T}:${EVENT}`,
    `v00:${T}:${EVENT}`,
  ]) {
    const reply = await post(asking(plainToken));
    t.is(reply.status, 400, plainToken);
    t.is(reply.body, '');
  }
  const escaped = asking('X').replace('"X"', `"\\u0076\\u0030\\u003a${T}:${EVENT.replaceAll('"', '\\"')}"`);
  t.is((await post(escaped)).status, 400);
});

test('a token hidden in another key, in a list or in a prototype is none', async (t) => {
  const { post } = await startWebhook(t);
  const text = `"v0:${T}:x"`;
  for (const payload of [
    `{"__proto__":{"plainToken":${text}}}`,
    `{"plainToken":[${text}]}`,
    `{"plainToken":{"toString":${text},"length":1}}`,
    `[{"plainToken":${text}}]`,
    `{"constructor":{"prototype":{"plainToken":${text}}}}`,
    `{"plaintoken":${text}}`,
  ]) {
    const reply = await post(`{"event":"endpoint.url_validation","payload":${payload}}`);
    t.is(reply.status, 400, payload);
    t.is(reply.body, '');
  }
});

test('of two tokens under the same name the last one counts, for the check and for the answer', async (t) => {
  const { post } = await startWebhook(t);
  const twice = (first: string, last: string) =>
    `{"event":"endpoint.url_validation","payload":{"plainToken":${first},"plainToken":${last}}}`;
  t.is((await post(twice('"harmless"', `"v0:${T}:x"`))).status, 400);
  const reply = await post(twice(`"v0:${T}:x"`, '"harmless"'));
  t.is((JSON.parse(reply.body) as { plainToken: string }).plainToken, 'harmless');
});

test('an answer is JSON whatever the token holds, and tells nothing but the two tokens', async (t) => {
  const { post } = await startWebhook(t);
  for (const plainToken of [
    '</script><script>alert(1)</script>',
    '\r\nset-cookie: a=b',
    '\u2028',
    '"}',
    '\ud800',
  ]) {
    const reply = await post(asking(plainToken));
    t.is(reply.status, 200);
    t.is(reply.headers['content-type'], 'application/json; charset=utf-8');
    t.is(reply.headers['set-cookie'], undefined);
    t.deepEqual(Object.keys(JSON.parse(reply.body) as object).sort(), ['encryptedToken', 'plainToken']);
  }
});

test.serial('a flood of validations, signed and unsigned, does not keep valid events out', async (t) => {
  const victim = await startVictim(t);
  const body = asking('t'.repeat(256));
  const unsigned = signedPost(body)
    .toString()
    .replace(/x-zm-signature.*\r\n/, '');
  const statuses = await victim.under(t, async () => {
    const all: number[] = [];
    for (let round = 0; round < 40; round += 1)
      for (const text of await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          victim.exchange(index % 2 === 0 ? signedPost(body) : unsigned, 20_000),
        ),
      ))
        all.push(...statusesIn(text));
    return all;
  });
  t.is(statuses.filter((status) => status === 200).length, 600);
  t.is(statuses.filter((status) => status === 401).length, 600);
});
