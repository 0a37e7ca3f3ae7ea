import test from 'ava';
import { answerUrlValidation, URL_VALIDATION } from '../../src/zoom/url-validation.js';

const VECTORS: [string, string, string][] = [
  ['plain-token-1', 'test-secret-token', '82d36d59233fb650c3bf88516fbca0f4a364d694c9c1ae521d42538b570befe9'],
  [
    'CaseToken_0000000000001',
    's3cret-Case-Token',
    '83c35af01ec97caa187fcb240452e7e2ed7734d093cc8bc41cf38598167eceee',
  ],
  [
    'CaseToken_0000000000001',
    '0ld-Case-Token',
    'df94599c3380750bb9609691c0ac410e7f731ef67aba8fc053710d85d9599f69',
  ],
];

for (const [plainToken, secret, encryptedToken] of VECTORS)
  test(`${plainToken} is answered with its hash under ${secret}, and nothing else`, (t) => {
    const event = { event: URL_VALIDATION, event_ts: 1_760_000_061_000, payload: { plainToken } };
    t.deepEqual(answerUrlValidation(event, secret), { plainToken, encryptedToken });
  });

const REFUSED: [string, Record<string, unknown>][] = [
  ['no payload', {}],
  ['a payload that is text', { payload: 'plain-token-1' }],
  ['no token', { payload: {} }],
  ['an empty token', { payload: { plainToken: '' } }],
  ['a token that is no text', { payload: { plainToken: 7 } }],
  ['a token of 257 characters', { payload: { plainToken: 'x'.repeat(257) } }],
  ['a token that is an event to be signed', { payload: { plainToken: 'v0:1767225600:{"event":"x.y"}' } }],
];

for (const [what, event] of REFUSED)
  test(`${what} is not answered`, (t) => t.is(answerUrlValidation(event, 'test-secret-token'), undefined));

test('a token of 256 characters is answered', (t) => {
  const plainToken = 'x'.repeat(256);
  t.is(answerUrlValidation({ payload: { plainToken } }, 'secret')?.plainToken, plainToken);
});
