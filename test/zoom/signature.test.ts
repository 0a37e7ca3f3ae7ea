import { createHmac } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { checkHeaders, findSigner, sameSecret, signBody } from '../../src/zoom/signature.js';

const SECRET = 'test-secret-token';
const TIMESTAMP = '1767225600';
const NOW = 1_767_225_600_000;
const FRESH = { maxAgeSeconds: 7200, maxAheadSeconds: 300 };

const BODIES: [string, string, number, string][] = [
  [
    'a plain body',
    '{"event":"meeting.participant_qos","event_ts":1767225600000,"payload":{"account_id":"acct-1","object":{"uuid":"AAECAwQFBgcICQoLDA0ODw==","participant":{"user_id":"16778240","qos":[]}}}}',
    185,
    'v0=3acd57d8acef22867ef5b3837611389019d1e3abc16cfc70cb1bc93c3b68f2bc',
  ],
  [
    'a body with an accent and an emoji',
    '{"event":"meeting.participant_qos_summary","event_ts":1767225600000,"payload":{"account_id":"acct-1","object":{"uuid":"AAECAwQFBgcICQoLDA0ODw==","participant":{"participant_id":"16778240","user_name":"Zoë 🦩","id":"","email":"","qos":[]}}}}',
    243,
    'v0=cd2f50550a73ae0e8bb403c6dbbd60d930db2f68a93037ae44b74bac8d0353e5',
  ],
];

for (const [what, text, bytes, signature] of BODIES)
  test(`${what} has the signature that Zoom's rule gives it`, (t) => {
    const body = Buffer.from(text);
    t.is(body.length, bytes);
    t.is(signBody(SECRET, TIMESTAMP, body), signature);
    t.is(findSigner(['other', SECRET], TIMESTAMP, signature, body), SECRET);
  });

test('a signature is the HMAC that Node.js makes, for any secret, timestamp and body', (t) => {
  const expected = (secret: string, timestamp: string, body: Uint8Array) =>
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  const secrets = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.integer({ min: 60, max: 70 }).map((length) => 's'.repeat(length)),
  );
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.integer({ min: 16_200, max: 16_500 }).map((length) => Buffer.alloc(length, 7)),
  );
  fc.assert(
    fc.property(secrets, fc.nat(2 ** 31 - 1), bodies, (secret, time, body) =>
      t.is(signBody(secret, String(time), body), expected(secret, String(time), body)),
    ),
    { numRuns: 1_000 },
  );
});

test('one changed byte, another timestamp or another secret and nobody has signed it', (t) => {
  const body = Buffer.from('{"event":"x.y"}');
  const signature = signBody(SECRET, TIMESTAMP, body);
  const changed = Buffer.from('{"event":"x.z"}');
  t.is(findSigner([SECRET], TIMESTAMP, signature, changed), undefined);
  t.is(findSigner([SECRET], '1767225601', signature, body), undefined);
  t.is(findSigner(['other'], TIMESTAMP, signature, body), undefined);
  t.is(findSigner([], TIMESTAMP, signature, body), undefined);
});

test('of several secrets the one that signed is found', (t) => {
  const body = Buffer.from('{}');
  const signature = signBody('second', TIMESTAMP, body);
  t.is(findSigner(['first', 'second', 'third'], TIMESTAMP, signature, body), 'second');
});

const HEX = '0'.repeat(64);
const HEADERS: [string, string | undefined, string | undefined, string | undefined][] = [
  ['both headers, now', TIMESTAMP, `v0=${HEX}`, undefined],
  ['as old as allowed', String(1_767_225_600 - 7200), `v0=${HEX}`, undefined],
  ['a second older', String(1_767_225_600 - 7201), `v0=${HEX}`, 'timestamp_stale'],
  ['as far ahead as allowed', String(1_767_225_600 + 300), `v0=${HEX}`, undefined],
  ['a second further', String(1_767_225_600 + 301), `v0=${HEX}`, 'timestamp_ahead'],
  ['no signature', TIMESTAMP, undefined, 'signature_missing'],
  ['no timestamp', undefined, `v0=${HEX}`, 'timestamp_missing'],
  ['an empty timestamp', '', `v0=${HEX}`, 'timestamp_missing'],
  ['letters behind the timestamp', `${TIMESTAMP}abc`, `v0=${HEX}`, 'timestamp_malformed'],
  ['a negative timestamp', '-1', `v0=${HEX}`, 'timestamp_malformed'],
  ['milliseconds', '1767225600000', `v0=${HEX}`, 'timestamp_malformed'],
  ['a blank before the timestamp', ` ${TIMESTAMP}`, `v0=${HEX}`, 'timestamp_malformed'],
  ['other digits than ASCII', '١٧٦٧٢٢٥٦٠٠', `v0=${HEX}`, 'timestamp_malformed'],
  ['a short signature', TIMESTAMP, 'v0=ab', 'signature_malformed'],
  ['another version', TIMESTAMP, `v1=${HEX}`, 'signature_malformed'],
  ['no version', TIMESTAMP, HEX, 'signature_malformed'],
  ['capital letters', TIMESTAMP, `v0=${'A'.repeat(64)}`, 'signature_malformed'],
  ['two signatures joined', TIMESTAMP, `v0=${HEX}, v0=${HEX}`, 'signature_malformed'],
  ['a line break behind the signature', TIMESTAMP, `v0=${HEX}\n`, 'signature_malformed'],
];

for (const [what, timestamp, signature, fault] of HEADERS)
  test(`${what}: ${fault ?? 'looked at further'}`, (t) => {
    t.is(checkHeaders({ timestamp, signature }, NOW, FRESH), fault as ReturnType<typeof checkHeaders>);
  });

test('secrets of any length are compared without an exception', (t) => {
  t.true(sameSecret('abc', 'abc'));
  t.false(sameSecret('abc', 'abcd'));
  t.false(sameSecret('', 'abc'));
});
