import test from 'ava';
import { signBody } from '../../src/zoom/signature.js';
import {
  B1,
  B1_SIGNATURE,
  type PostOptions,
  SECRET,
  startWebhook,
  T,
  VALIDATION,
  VALIDATION_ANSWER,
} from '../helpers/webhook.js';

const UNSIGNED = { 'x-zm-signature': null, 'x-zm-request-timestamp': null };
const BASIC = `Basic ${Buffer.from('zoom:pass:word').toString('base64')}`;

for (const [title, setting, headers] of [
  ['a custom header', 'X-Bridge-Key: k3y', { 'x-bridge-key': 'k3y' }],
  ['a custom header with a colon in its value', 'x-bridge-key: a:b', { 'x-bridge-key': 'a:b' }],
  ['a custom header without a blank', 'x-bridge-key:k3y', { 'x-bridge-key': 'k3y' }],
  ['Basic', `Authorization: ${BASIC}`, { authorization: BASIC }],
] as const) {
  test(`WEBHOOK_AUTH_HEADER, ${title}: a signed event with the header is accepted`, async (t) => {
    const { post } = await startWebhook(t, { env: { WEBHOOK_AUTH_HEADER: setting } });
    t.is((await post(B1, { headers })).status, 204);
    const { status, body } = await post(VALIDATION, { headers });
    t.is(status, 200);
    t.deepEqual(JSON.parse(body), VALIDATION_ANSWER);
  });

  test(`WEBHOOK_AUTH_HEADER, ${title}: without it, with another value or sent twice a signed event is refused`, async (t) => {
    const { post, stored, rejected } = await startWebhook(t, { env: { WEBHOOK_AUTH_HEADER: setting } });
    const [[name, value] = ['', '']] = Object.entries(headers);
    const wrong = [
      {},
      { [name]: `${value}x` },
      { [name]: String(value).slice(1) },
      { [name]: '' },
      { [name]: ['other', String(value)] },
    ];
    for (const it of wrong) {
      const reply = await post(B1, { headers: it });
      t.is(reply.status, 401);
      t.is(reply.body, '');
      t.is(reply.headers['www-authenticate'], undefined);
    }
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { auth_header_mismatch: wrong.length });
  });
}

test('WEBHOOK_AUTH_HEADER does not stand in for the signature', async (t) => {
  const { post, stored } = await startWebhook(t, { env: { WEBHOOK_AUTH_HEADER: 'x-bridge-key: k3y' } });
  t.is((await post(B1, { headers: { ...UNSIGNED, 'x-bridge-key': 'k3y' } })).status, 401);
  t.is((await post(B1, { secret: 'another', headers: { 'x-bridge-key': 'k3y' } })).status, 401);
  t.deepEqual(stored, []);
});

test('ZOOM_VERIFICATION_TOKEN lets in an unsigned event that carries it', async (t) => {
  const { post, stored } = await startWebhook(t, { env: { ZOOM_VERIFICATION_TOKEN: 'beta-token' } });
  t.is((await post(B1, { headers: { ...UNSIGNED, authorization: 'beta-token' } })).status, 204);
  t.is((await post(B1)).status, 204, 'a signed one is accepted as before');
  t.is(stored.length, 2);
});

const BETA_REFUSALS: readonly [title: string, headers: PostOptions['headers'], reason: string][] = [
  ['without the token', UNSIGNED, 'signature_missing'],
  ['with another token', { ...UNSIGNED, authorization: 'beta-tokem' }, 'signature_missing'],
  ['with a part of the token', { ...UNSIGNED, authorization: 'beta' }, 'signature_missing'],
  ['with an empty token', { ...UNSIGNED, authorization: '' }, 'signature_missing'],
  ['with the token as Bearer', { ...UNSIGNED, authorization: 'Bearer beta-token' }, 'signature_missing'],
  [
    'with a wrong signature beside the token',
    { 'x-zm-signature': `v0=${'0'.repeat(64)}`, authorization: 'beta-token' },
    'signature_mismatch',
  ],
  [
    'with a malformed signature beside the token',
    { 'x-zm-signature': 'v0=', authorization: 'beta-token' },
    'signature_malformed',
  ],
];

for (const [title, headers, reason] of BETA_REFUSALS)
  test(`ZOOM_VERIFICATION_TOKEN: an event ${title} is refused`, async (t) => {
    const { post, stored, rejected } = await startWebhook(t, {
      env: { ZOOM_VERIFICATION_TOKEN: 'beta-token' },
    });
    t.is((await post(B1, { ...(headers === undefined ? {} : { headers }) })).status, 401);
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { [reason]: 1 });
  });

test('ZOOM_VERIFICATION_TOKEN does not answer a validation: that takes a signature', async (t) => {
  const { post, rejected } = await startWebhook(t, { env: { ZOOM_VERIFICATION_TOKEN: 'beta-token' } });
  const { status, body } = await post(VALIDATION, { headers: { ...UNSIGNED, authorization: 'beta-token' } });
  t.is(status, 401);
  t.is(body, '');
  t.deepEqual(rejected(), { validation_unsigned: 1 });
});

test('a refusal is logged with its reason, the body length and the clock difference, and with no secret', async (t) => {
  const secrets = {
    ZOOM_SECRET_TOKEN: SECRET,
    ZOOM_VERIFICATION_TOKEN: 'beta-token',
    WEBHOOK_AUTH_HEADER: 'x-key: k3y-Value',
  };
  const { post, log } = await startWebhook(t, { env: secrets });
  const key = { 'x-key': 'k3y-Value' };
  const wrong = signBody('another', String(T - 30), Buffer.from(B1));
  await post(B1, { secret: 'another', timestamp: T - 30, headers: key });
  await post(B1, { timestamp: T - 9000, headers: key });
  await post(B1, { timestamp: T + 400, headers: key });
  await post(B1, { signature: 'v0=ab', headers: key });
  await post(B1, { headers: { 'x-key': 'guess-1' } });
  await post('[]', { headers: key });
  const told = log.entries.map(({ details }) => details);
  t.deepEqual(told, [
    { reason: 'signature_mismatch', body_bytes: 416, clock_difference_s: 30 },
    { reason: 'timestamp_stale', body_bytes: 416, clock_difference_s: 9000 },
    { reason: 'timestamp_ahead', body_bytes: 416, clock_difference_s: -400 },
    { reason: 'signature_malformed', body_bytes: 416, clock_difference_s: 0 },
    { reason: 'auth_header_mismatch', body_bytes: 416, clock_difference_s: 0 },
    { reason: 'not_an_event', body_bytes: 2, clock_difference_s: 0 },
  ]);
  const text = JSON.stringify(log.entries);
  const unspeakable = [
    SECRET,
    'beta-token',
    'k3y-Value',
    'guess-1',
    wrong.slice(3, 20),
    B1_SIGNATURE.slice(3, 20),
    signBody(SECRET, String(T - 30), Buffer.from(B1)).slice(3, 20),
    signBody(SECRET, String(T - 9000), Buffer.from(B1)).slice(3, 20),
    'ACC0000000000000000001',
    'abcdEFGH1234ijklMNOP5w',
  ];
  for (const it of unspeakable) t.false(text.includes(it), it);
});

test('a kind of refusal is logged at once, then once a minute with how many more there were', async (t) => {
  const { post, log, clock, rejected } = await startWebhook(t);
  const refuse = () => post(B1, { secret: 'another', timestamp: Math.floor(clock.ms / 1000) });
  for (let count = 0; count < 10; count += 1) await refuse();
  t.is(log.entries.length, 1);
  clock.ms += 59_999;
  await refuse();
  t.is(log.entries.length, 1);
  clock.ms += 1;
  await refuse();
  t.is(log.entries.length, 2);
  t.is(log.entries[1]?.details['more_since_last'], 10);
  await post(B1, { timestamp: 1 });
  t.is(log.entries.length, 3, 'another kind is told at once');
  t.deepEqual(rejected(), { signature_mismatch: 12, timestamp_stale: 1 });
});

test('each kind of refusal says what to look at', async (t) => {
  const { post, log } = await startWebhook(t);
  await post(B1, { secret: 'another' });
  await post(B1, { timestamp: T - 9000 });
  await post(B1, { timestamp: T + 9000 });
  const [mismatch, stale, ahead] = log.entries.map(({ message }) => message);
  t.regex(mismatch ?? '', /ZOOM_SECRET_TOKEN/);
  t.regex(stale ?? '', /ZOOM_MAX_AGE_SECONDS/);
  t.regex(ahead ?? '', /ZOOM_MAX_AHEAD_SECONDS/);
});

test('accepted events leave no line in the log', async (t) => {
  const { post, log } = await startWebhook(t);
  for (let count = 0; count < 20; count += 1) await post(B1);
  await post(VALIDATION);
  t.deepEqual(log.entries, []);
});
