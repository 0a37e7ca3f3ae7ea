import { gzipSync } from 'node:zlib';
import test from 'ava';
import { readSettings } from '../../src/settings/read-settings.js';
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

/** Bodies that JSON.stringify(JSON.parse(body)) would change, each with its signature at T. */
const AS_SENT = [
  [
    'v0=f1401bc2617620f8b0edc3d67c4d7cfc36fc72623ef3bbcd1af786d3f1ca6f6d',
    '{"event":"x.y","event_ts":1760000061000,"payload":{"user_name":"Ana \\ud83e\\udda9"}}',
  ],
  [
    'v0=e579678b56d29a669e496232ce4e23b8d4caee0e43086887038759f1d0486b25',
    '{"event":"x.y","event_ts":1760000061000,"payload":{"url":"https:\\/\\/example.test\\/a"}}',
  ],
  [
    'v0=17e42765dbe5f7cbd3edee8ba41c4e499ffd4e2b743648c494f960c478c299ee',
    '{"event": "x.y", "event_ts": 1760000061000, "payload": {}}',
  ],
  [
    'v0=eeb4982131727ea714f679760efb955705d861afab08d99c0054fb32bf50171b',
    '{"payload":{},"event_ts":1760000061000,"event":"x.y"}',
  ],
  [
    'v0=6523722a8b6b3b7cfa44240287ea55585d0f6cff78e8c066da6a3e60080f7179',
    '{"event":"x.y","event_ts":1760000061000,"payload":{"b":0,"10":0,"9":0}}',
  ],
  [
    'v0=b814a387119f33dd82c07953bf1281c4d0752b3ba83af172e881a59d5f71e0f8',
    '{"event":"x.y","event_ts":1760000061000,"payload":{"v":1.0,"w":1e2}}',
  ],
  [
    'v0=6b984ce865dfefb0f46c6a3e4dc4416e971578971324a56f3d49c0495914115e',
    '{"event":"x.y","event_ts":1760000061000,"payload":{"a":1,"a":2}}',
  ],
  [
    'v0=16a71b8a79af1fa916e9b901d51da8e6a0e32c4d24ace1428badf0953b6a9bc2',
    '{"event":"x.y","event_ts":1760000061000,"payload":{}}\n',
  ],
] as const;

/** Key order differs from Zoom's usual one. */
const BODY_4 = AS_SENT[3][1];

test('C01: the signature is checked over the bytes as sent, and exactly those bytes are stored', async (t) => {
  const { post, stored } = await startWebhook(t);
  for (const [signature, body] of AS_SENT) t.is((await post(body, { signature })).status, 204, body);
  t.deepEqual(
    stored.map(String),
    AS_SENT.map(([, body]) => body),
  );
});

test('C01: bytes that are no UTF-8 are signed, checked and stored like any others', async (t) => {
  const { post, stored } = await startWebhook(t);
  const body = Buffer.concat([
    Buffer.from('{"event":"x.y","name":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}'),
  ]);
  t.is((await post(body)).status, 204);
  t.deepEqual(stored, [body]);
});

test('C01: whichever byte of a signed body is changed, it is refused and nothing is stored', async (t) => {
  const { post, stored, rejected } = await startWebhook(t);
  let tried = 0;
  for (const [signature, body] of AS_SENT)
    for (let at = 0; at < body.length; at += 1) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      t.is((await post(changed, { signature })).status, 401, `${body} at ${at}`);
      tried += 1;
    }
  t.deepEqual(stored, []);
  t.deepEqual(rejected(), { signature_mismatch: tried });
});

test('C01: a byte more or less is refused', async (t) => {
  const { post, stored } = await startWebhook(t);
  for (const body of [`${B1} `, ` ${B1}`, `${B1}\n`, `\ufeff${B1}`, B1.slice(0, -1), B1.slice(1), ''])
    t.is((await post(body, { signature: B1_SIGNATURE })).status, 401);
  t.deepEqual(stored, []);
});

const FORMS: readonly [title: string, options: PostOptions][] = [
  ['application/json', { headers: { 'content-type': 'application/json' } }],
  ['application/json; charset=UTF-8', { headers: { 'content-type': 'application/json; charset=UTF-8' } }],
  [
    'application/json; charset-utf-8, as Zoom misprints it',
    { headers: { 'content-type': 'application/json; charset-utf-8' } },
  ],
  ['text/plain', { headers: { 'content-type': 'text/plain' } }],
  ['no content-type', { headers: { 'content-type': null } }],
  ['an empty content-type', { headers: { 'content-type': '' } }],
  ['a content-type that is none', { headers: { 'content-type': 'json' } }],
  ['application/x-www-form-urlencoded', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ['multipart/form-data', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
  ['application/octet-stream', { headers: { 'content-type': 'application/octet-stream' } }],
  ['chunks', { chunked: true }],
  ['gzip', { headers: { 'content-encoding': 'gzip' }, wire: gzipSync(B1) }],
  ['GZIP', { headers: { 'content-encoding': 'GZIP' }, wire: gzipSync(B1) }],
  ['x-gzip', { headers: { 'content-encoding': 'x-gzip' }, wire: gzipSync(B1) }],
  ['gzip in chunks', { headers: { 'content-encoding': 'gzip' }, wire: gzipSync(B1), chunked: true }],
  ['identity', { headers: { 'content-encoding': 'identity' } }],
  ['an empty content-encoding', { headers: { 'content-encoding': '' } }],
];

for (const [title, options] of FORMS)
  test(`C02: a signed event sent as ${title} is verified and accepted`, async (t) => {
    const { post, stored } = await startWebhook(t);
    t.is((await post(B1, { ...options, signature: B1_SIGNATURE })).status, 204);
    t.deepEqual(stored.map(String), [B1]);
    const altered = B1.replace('63 kbps', '64 kbps');
    const wire = options.wire === undefined ? {} : { wire: gzipSync(altered) };
    t.is((await post(altered, { ...options, ...wire, signature: B1_SIGNATURE })).status, 401);
    t.is(stored.length, 1);
  });

test('C02: a gzip body is verified over what it unpacks to, not over its packed bytes', async (t) => {
  const { post, stored } = await startWebhook(t);
  const wire = gzipSync(B1);
  const signature = signBody(SECRET, String(T), wire);
  t.is((await post(B1, { wire, signature, headers: { 'content-encoding': 'gzip' } })).status, 401);
  t.deepEqual(stored, []);
});

for (const [title, pasted] of [
  ['a line break behind it', `${SECRET}\n`],
  ['a Windows line break behind it', `${SECRET}\r\n`],
  ['double quotes', `"${SECRET}"`],
  ['single quotes', `'${SECRET}'`],
  ['blanks and quotes and a line break', ` "${SECRET}" \n`],
  ['blanks inside the quotes', `" ${SECRET} "`],
  ['a byte order mark in front', `\ufeff${SECRET}`],
  ['quotes around each of two', `"0ld-Case-Token", "${SECRET}"`],
  ['empty places in the list', `,${SECRET},,""`],
] as const)
  test(`C03: a secret pasted with ${title} still works`, async (t) => {
    const { post } = await startWebhook(t, { env: { ZOOM_SECRET_TOKEN: pasted } });
    t.is((await post(B1, { signature: B1_SIGNATURE })).status, 204);
  });

const EMPTY_KEY_SIGNATURE = 'v0=bd7ae8cefa5fae6f6034fb1bf455a50df059fa5a96662837b7d972caa7c84e70';

test('C03: a request signed with the empty key is refused, whatever the list of secrets looks like', async (t) => {
  for (const secrets of [SECRET, `${SECRET},`, `,${SECRET}`, `${SECRET},"",'',  ,`]) {
    const { post, stored } = await startWebhook(t, { env: { ZOOM_SECRET_TOKEN: secrets } });
    t.is((await post(BODY_4, { signature: EMPTY_KEY_SIGNATURE })).status, 401, secrets);
    t.deepEqual(stored, []);
  }
});

test('C03: without a secret the settings are refused', (t) => {
  for (const value of [undefined, '', ' ', '\n', '""', "''", '" "', ',', ' , ,', '"",""'])
    t.throws(
      () => readSettings({ ZOOM_SECRET_TOKEN: value }),
      { message: /ZOOM_SECRET_TOKEN/ },
      String(value),
    );
});

const BAD_TIMESTAMPS: readonly [timestamp: string, signature: string | undefined, reason: string][] = [
  [
    '1760000061abc',
    'v0=6664a3eb1b45c4fc0d2ce522812a854898b9bf9a014170addf2b95cabf1f598f',
    'timestamp_malformed',
  ],
  ['-1', 'v0=09592e2337e3291bec8893439602fa5e40bf8edff02bf782cb111da85990fa59', 'timestamp_malformed'],
  ['', 'v0=a93e2ee1bb387807eb45a5a6ca4e93feabb7b954a92c588a63f20f6d1037dee6', 'timestamp_missing'],
  ['+1760000061', undefined, 'timestamp_malformed'],
  ['1760000061.0', undefined, 'timestamp_malformed'],
  ['1760000061,1760000061', undefined, 'timestamp_malformed'],
  ['1760000061 1760000061', undefined, 'timestamp_malformed'],
  ['1.760000061e9', undefined, 'timestamp_malformed'],
  ['0x68e7783d', undefined, 'timestamp_malformed'],
  ['1760000061000', undefined, 'timestamp_malformed'],
  ['01760000061', undefined, 'timestamp_malformed'],
  ['2025-10-09T08:54:21Z', undefined, 'timestamp_malformed'],
  ['NaN', undefined, 'timestamp_malformed'],
  ['Infinity', undefined, 'timestamp_malformed'],
  ['99999999999999999999', undefined, 'timestamp_malformed'],
  ['0', undefined, 'timestamp_stale'],
  ['9999999999', undefined, 'timestamp_ahead'],
];

for (const [timestamp, signature, reason] of BAD_TIMESTAMPS)
  test(`C04: the timestamp "${timestamp}" is refused as ${reason} though it is signed`, async (t) => {
    const { post, stored, rejected } = await startWebhook(t);
    const right = signBody(SECRET, timestamp, Buffer.from(BODY_4));
    if (signature !== undefined) t.is(right, signature);
    t.is((await post(BODY_4, { timestamp, signature: right })).status, 401);
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { [reason]: 1 });
  });

test('C04: retries 5 and 85 minutes late are accepted by default, with the first timestamp and with a new one', async (t) => {
  const { post, clock } = await startWebhook(t);
  const signatures = [
    [T, B1_SIGNATURE],
    [1_760_000_361, 'v0=c8c1af4a7236932a22ab67fdd17cbb1a6ca9764b12b96177852d642a099dbebe'],
    [1_760_005_161, 'v0=672d2e7e7d685accda9293ff9151f196d8de2ce58c11a1fa685a6c1c9fe1aa22'],
  ] as const;
  for (const [sentAt, signature] of signatures) {
    clock.ms = sentAt * 1000;
    t.is((await post(B1, { timestamp: sentAt, signature })).status, 204);
    t.is((await post(B1, { signature: B1_SIGNATURE })).status, 204, `T, ${sentAt - T} s later`);
  }
});

test('C04: the window ends exactly where ZOOM_MAX_AGE_SECONDS and ZOOM_MAX_AHEAD_SECONDS say', async (t) => {
  for (const [env, age, ahead] of [
    [{}, 7200, 300],
    [{ ZOOM_MAX_AGE_SECONDS: '60', ZOOM_MAX_AHEAD_SECONDS: '0' }, 60, 0],
    [{ ZOOM_MAX_AGE_SECONDS: '604800', ZOOM_MAX_AHEAD_SECONDS: '86400' }, 604_800, 86_400],
  ] as const) {
    const { post, rejected, clock } = await startWebhook(t, { env });
    // The last millisecond of the second T: a fraction makes nothing older.
    clock.ms = T * 1000 + 999;
    t.is((await post(B1, { timestamp: T - age })).status, 204, `${age} s old`);
    t.is((await post(B1, { timestamp: T - age - 1 })).status, 401, `${age + 1} s old`);
    t.is((await post(B1, { timestamp: T + ahead })).status, 204, `${ahead} s ahead`);
    t.is((await post(B1, { timestamp: T + ahead + 1 })).status, 401, `${ahead + 1} s ahead`);
    t.deepEqual(rejected(), { timestamp_stale: 1, timestamp_ahead: 1 });
  }
});

test('C04: stale and mismatched requests are counted apart', async (t) => {
  const { post, rejected } = await startWebhook(t);
  await post(B1, { timestamp: T - 90_000 });
  await post(B1, { secret: 'another' });
  t.deepEqual(rejected(), { timestamp_stale: 1, signature_mismatch: 1 });
});

const HEX = B1_SIGNATURE.slice(3);

/** What a proxy or a stranger may make of the headers. */
const DEFECTS: readonly [title: string, options: PostOptions, reason: string][] = [
  ['no signature', { headers: { 'x-zm-signature': null } }, 'signature_missing'],
  ['an empty signature', { signature: '' }, 'signature_malformed'],
  ['no timestamp', { headers: { 'x-zm-request-timestamp': null } }, 'timestamp_missing'],
  [
    'neither header',
    { headers: { 'x-zm-signature': null, 'x-zm-request-timestamp': null } },
    'signature_missing',
  ],
  ['a short signature', { signature: 'v0=ab' }, 'signature_malformed'],
  ['a signature one digit short', { signature: `v0=${HEX.slice(1)}` }, 'signature_malformed'],
  ['a signature one digit long', { signature: `v0=${HEX}0` }, 'signature_malformed'],
  ['a very long signature', { signature: `v0=${'a'.repeat(8000)}` }, 'signature_malformed'],
  ['another version', { signature: `v1=${HEX}` }, 'signature_malformed'],
  ['no version', { signature: HEX }, 'signature_malformed'],
  ['an upper-case version', { signature: `V0=${HEX}` }, 'signature_malformed'],
  ['upper-case digits', { signature: `v0=${HEX.toUpperCase()}` }, 'signature_malformed'],
  ['digits that are not hex', { signature: `v0=${'g'.repeat(64)}` }, 'signature_malformed'],
  ['letters beyond ASCII', { signature: `v0=${'é'.repeat(64)}` }, 'signature_malformed'],
  ['a signature in quotes', { signature: `"${B1_SIGNATURE}"` }, 'signature_malformed'],
  [
    'the same signature twice',
    { headers: { 'x-zm-signature': [B1_SIGNATURE, B1_SIGNATURE] } },
    'signature_malformed',
  ],
  [
    'two signatures, the right one last',
    { headers: { 'x-zm-signature': [`v0=${'0'.repeat(64)}`, B1_SIGNATURE] } },
    'signature_malformed',
  ],
  [
    'two timestamps',
    { headers: { 'x-zm-request-timestamp': [String(T), String(T)] } },
    'timestamp_malformed',
  ],
  [
    'the base64 form',
    { signature: `v0=${Buffer.from(HEX, 'hex').toString('base64')}` },
    'signature_malformed',
  ],
  ['the right form of nothing', { signature: `v0=${'0'.repeat(64)}` }, 'signature_mismatch'],
  [
    'the old verification token alone',
    {
      headers: {
        'x-zm-signature': null,
        'x-zm-request-timestamp': null,
        authorization: 'verification-token',
      },
    },
    'signature_missing',
  ],
  [
    'a signature of another body',
    { signature: VALIDATION_ANSWER.encryptedToken.replace(/^/, 'v0=') },
    'signature_mismatch',
  ],
];

for (const [title, options, reason] of DEFECTS)
  test(`C05: ${title} is refused with 401 as ${reason}, and the log says so once`, async (t) => {
    const { post, stored, rejected, log } = await startWebhook(t);
    const first = await post(B1, { signature: B1_SIGNATURE, ...options });
    t.is(first.status, 401);
    t.is(first.body, '', 'nothing about why');
    await post(B1, { signature: B1_SIGNATURE, ...options });
    t.deepEqual(stored, []);
    t.deepEqual(rejected(), { [reason]: 2 });
    t.deepEqual(
      log.entries.map(({ level, details }) => [level, details['reason']]),
      [['warn', reason]],
    );
  });

test('C05: the log names the header that is missing', async (t) => {
  const { post, log } = await startWebhook(t);
  await post(B1, { headers: { 'x-zm-signature': null } });
  await post(B1, { headers: { 'x-zm-request-timestamp': null } });
  const [first, second] = log.entries.map(({ message }) => message);
  t.regex(first ?? '', /x-zm-signature is missing/);
  t.regex(second ?? '', /x-zm-request-timestamp is missing/);
});

test('C05: header names work in any letter case', async (t) => {
  const { post } = await startWebhook(t);
  for (const change of [
    (it: string) => it.toUpperCase(),
    (it: string) => it.replace(/\b\w/g, (first) => first.toUpperCase()),
  ])
    t.is(
      (
        await post(B1, {
          headers: {
            'x-zm-signature': null,
            'x-zm-request-timestamp': null,
            [change('x-zm-signature')]: B1_SIGNATURE,
            [change('x-zm-request-timestamp')]: String(T),
          },
        })
      ).status,
      204,
    );
});

test('C06: with several secrets the validation is answered with the one that signed it', async (t) => {
  const { post } = await startWebhook(t, { env: { ZOOM_SECRET_TOKEN: `${SECRET}, 0ld-Case-Token` } });
  const byOld = await post(VALIDATION, {
    signature: 'v0=36029fccc93262bed382511dd2586302251fb18827d2e446c62e2f300234be14',
  });
  t.deepEqual(JSON.parse(byOld.body), {
    plainToken: VALIDATION_ANSWER.plainToken,
    encryptedToken: 'df94599c3380750bb9609691c0ac410e7f731ef67aba8fc053710d85d9599f69',
  });
  t.deepEqual(JSON.parse((await post(VALIDATION)).body), VALIDATION_ANSWER);
});

test('C06: an event is accepted whichever of the secrets signed it, and refused once its secret is taken out', async (t) => {
  const secrets = ['first', 'second', 'third', 'fourth', 'fifth'];
  const all = await startWebhook(t, { env: { ZOOM_SECRET_TOKEN: secrets.join(',') } });
  for (const secret of secrets) t.is((await all.post(B1, { secret })).status, 204, secret);
  const fewer = await startWebhook(t, { env: { ZOOM_SECRET_TOKEN: 'first,third' } });
  for (const secret of secrets)
    t.is((await fewer.post(B1, { secret })).status, ['first', 'third'].includes(secret) ? 204 : 401, secret);
});

test('C06: an unsigned validation is answered with no secret', async (t) => {
  const { post, rejected } = await startWebhook(t, {
    env: { ZOOM_SECRET_TOKEN: `${SECRET},0ld-Case-Token` },
  });
  const { status, body } = await post(VALIDATION, { headers: { 'x-zm-signature': null } });
  t.is(status, 401);
  t.is(body, '');
  t.deepEqual(rejected(), { signature_missing: 1 });
});
