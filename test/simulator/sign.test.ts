import test from 'ava';
import { encryptToken } from '../../src/simulator/url-validation.js';
import { signBody } from '../../src/zoom/signature.js';

const SECRET = 'test-secret-token';
const TIMESTAMP = '1767225600';

test('a plain body is signed as Zoom signs it', (t) => {
  const body = Buffer.from(
    '{"event":"meeting.participant_qos","event_ts":1767225600000,"payload":{"account_id":"acct-1","object":{"uuid":"AAECAwQFBgcICQoLDA0ODw==","participant":{"user_id":"16778240","qos":[]}}}}',
  );
  t.is(body.length, 185);
  t.is(
    signBody(SECRET, TIMESTAMP, body),
    'v0=3acd57d8acef22867ef5b3837611389019d1e3abc16cfc70cb1bc93c3b68f2bc',
  );
});

test('a body with accents and emoji is signed over its bytes', (t) => {
  const body = Buffer.from(
    '{"event":"meeting.participant_qos_summary","event_ts":1767225600000,"payload":{"account_id":"acct-1","object":{"uuid":"AAECAwQFBgcICQoLDA0ODw==","participant":{"participant_id":"16778240","user_name":"Zoë 🦩","id":"","email":"","qos":[]}}}}',
  );
  t.is(body.length, 243);
  t.is(
    signBody(SECRET, TIMESTAMP, body),
    'v0=cd2f50550a73ae0e8bb403c6dbbd60d930db2f68a93037ae44b74bac8d0353e5',
  );
});

test('the encrypted token is the HMAC of the plain one', (t) => {
  t.is(
    encryptToken(SECRET, 'plain-token-1'),
    '82d36d59233fb650c3bf88516fbca0f4a364d694c9c1ae521d42538b570befe9',
  );
});
