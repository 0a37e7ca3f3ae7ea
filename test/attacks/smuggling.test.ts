import test from 'ava';
import { HOST, PATH, postLines, proof, request, signedPost, statusesIn } from './requests.js';
import { startVictim } from './under-attack/victim.js';

const OUTER = '{"event":"outer.event"}';
const INNER = '{"event":"inner.event"}';

/** What a stranger wants the bridge to take for a request of its own. */
const smuggled = () => signedPost(INNER).toString('latin1');

type Trick = readonly [title: string, bytes: () => string | Buffer];

/** Two readings of where the first request ends. None may leave the bridge with more requests than the first reading has. */
const AMBIGUOUS: readonly Trick[] = [
  ['a length and chunks', () => both('content-length: 5', 'transfer-encoding: chunked')],
  ['chunks and a length', () => both('transfer-encoding: chunked', 'content-length: 5')],
  ['chunks behind a blank in the name', () => both('content-length: 5', 'transfer-encoding : chunked')],
  ['chunks behind a tab', () => both('content-length: 5', 'transfer-encoding:\tchunked')],
  ['chunks on a folded line', () => both('content-length: 5', 'transfer-encoding:\r\n chunked')],
  ['chunks that are none', () => both('content-length: 5', 'transfer-encoding: xchunked')],
  ['chunks among others', () => both('content-length: 5', 'transfer-encoding: chunked, identity')],
  [
    'chunks twice',
    () => both('transfer-encoding: chunked', 'transfer-encoding: chunked', 'content-length: 5'),
  ],
  ['chunks in quotes', () => both('content-length: 5', 'transfer-encoding: "chunked"')],
  ['chunks behind a vertical tab', () => both('content-length: 5', 'transfer-encoding: \x0bchunked')],
  ['chunks behind a bare line feed', () => both('content-length: 5\ntransfer-encoding: chunked')],
  ['chunks behind a bare carriage return', () => both('content-length: 5\rtransfer-encoding: chunked')],
  ['two lengths that differ', () => both('content-length: 5', `content-length: ${5 + smuggled().length}`)],
  ['two lengths in one line', () => both(`content-length: 5, ${5 + smuggled().length}`)],
  ['a length with a sign', () => both('content-length: +5')],
  ['a length in hex', () => both('content-length: 0x5')],
  ['a length with leading letters', () => both('content-length: a5')],
  ['a length with a blank inside', () => both('content-length: 5 0')],
  ['a length on a folded line', () => both('content-length:\r\n 5')],
  ['a length beyond every range', () => both('content-length: 99999999999999999999999999')],
  ['a length that wraps around', () => both('content-length: 18446744073709551621')],
];

/** The end of the chunks, then the smuggled request: 5 bytes by the length, none of it by the chunks. */
function both(...lines: readonly string[]): string {
  return `${postLines(...proof(OUTER), ...lines).join('\r\n')}\r\n\r\n0\r\n\r\n${smuggled()}`;
}

const chunked = (chunks: string) =>
  `${postLines(...proof(OUTER), 'transfer-encoding: chunked').join('\r\n')}\r\n\r\n${chunks}${smuggled()}`;
const size = OUTER.length.toString(16);

/** Chunks that some read differently from others. */
const CHUNKS: readonly Trick[] = [
  ['sizes that end in a bare line feed', () => chunked(`${size}\n${OUTER}\r\n0\r\n\r\n`)],
  ['data that ends in a bare line feed', () => chunked(`${size}\r\n${OUTER}\n0\r\n\r\n`)],
  ['a size with a sign', () => chunked(`+${size}\r\n${OUTER}\r\n0\r\n\r\n`)],
  ['a size with 0x', () => chunked(`0x${size}\r\n${OUTER}\r\n0\r\n\r\n`)],
  ['a size with a blank before it', () => chunked(` ${size}\r\n${OUTER}\r\n0\r\n\r\n`)],
  ['a size that wraps around', () => chunked(`10000000000000000${size}\r\n${OUTER}\r\n0\r\n\r\n`)],
  ['a size that is empty', () => chunked(`\r\n${OUTER}\r\n0\r\n\r\n`)],
  ['an extension with a bare line feed', () => chunked(`${size};a=\n${OUTER}\r\n0\r\n\r\n`)],
  ['an extension with a bare carriage return', () => chunked(`${size};a=\rb\r\n${OUTER}\r\n0\r\n\r\n`)],
  ['a size that is too small', () => chunked(`1\r\n${OUTER}\r\n0\r\n\r\n`)],
  ['a last chunk that lacks its end', () => chunked(`${size}\r\n${OUTER}\r\n0\r\n`)],
];

test.serial('no request comes in that is hidden in the body of another, and valid events pass', async (t) => {
  const victim = await startVictim(t);
  await victim.under(t, async () => {
    for (const [title, bytes] of [...AMBIGUOUS, ...CHUNKS]) {
      const text = await victim.exchange(bytes(), 1_000);
      const statuses = statusesIn(text);
      t.true(statuses.length <= 1, `${title}: ${statuses.join()}`);
      t.deepEqual(
        statuses.filter((status) => status < 400),
        [],
        title,
      );
    }
  });
  const { receiver } = await victim.bridge.status();
  t.is(receiver.lastEventAt['other'], undefined, 'neither the outer event nor the inner one');
});

test.serial('chunks with extensions and trailers are read as one body, whatever they say', async (t) => {
  const victim = await startVictim(t);
  const [head, tail] = [OUTER.slice(0, 7), OUTER.slice(7)];
  const hex = (text: string) => text.length.toString(16);
  const lines = postLines(...proof(OUTER), 'transfer-encoding: chunked', 'connection: close');
  for (const chunks of [
    `${size};name=value\r\n${OUTER}\r\n0\r\n\r\n`,
    `${size};${'x'.repeat(2_000)}\r\n${OUTER}\r\n0\r\n\r\n`,
    `${hex(head)};a="b\\"c"\r\n${head}\r\n${hex(tail)}\r\n${tail}\r\n0;end\r\n\r\n`,
    `000${size}\r\n${OUTER}\r\n0\r\n\r\n`,
    `${size.toUpperCase()}\r\n${OUTER}\r\n0\r\nx-zm-signature: v0=00\r\nhost: other\r\n\r\n`,
  ])
    t.deepEqual(statusesIn(await victim.exchange(request(lines, chunks))), [204], chunks);
});

test.serial('extensions without end are cut off, and valid events pass', async (t) => {
  const victim = await startVictim(t);
  await victim.under(t, async () => {
    const flood = `${postLines(...proof(OUTER), 'transfer-encoding: chunked').join('\r\n')}\r\n\r\n1;${'x'.repeat(4_000_000)}`;
    for (const text of await Promise.all(Array.from({ length: 10 }, () => victim.exchange(flood, 5_000))))
      for (const status of statusesIn(text)) t.is(status, 413);
  });
});

test.serial('two signed posts on one connection are two requests: each is checked for itself', async (t) => {
  const victim = await startVictim(t);
  const first = request(postLines(...proof(OUTER), `content-length: ${OUTER.length}`), OUTER);
  const forged = request(
    postLines(...proof(OUTER), `content-length: ${INNER.length}`, 'connection: close'),
    INNER,
  );
  const text = await victim.exchange(Buffer.concat([first, forged]));
  t.deepEqual(statusesIn(text), [204, 401]);
});

test.serial('what follows a refusal on the same connection is not taken for a request', async (t) => {
  const victim = await startVictim(t);
  const refused = request(
    [`POST ${PATH} HTTP/1.1`, `host: ${HOST}`, `content-length: ${smuggled().length + 1_000}`],
    smuggled(),
  );
  t.deepEqual(statusesIn(await victim.exchange(refused)), [401]);
  const { receiver } = await victim.bridge.status();
  t.is(receiver.accepted, 0);
});
