import type { Random } from '../src/simulator/random.js';
import { mutateBytes } from './mutate-bytes.js';

const LINES = [
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'Transfer-Encoding : chunked',
  'content-length: 0',
  'content-length: 99999999999999999999',
  'content-length: -1',
  'content-encoding: gzip',
  'content-encoding: br',
  'content-encoding: gzip, gzip',
  'connection: close',
  'connection: keep-alive, upgrade',
  'upgrade: websocket',
  'expect: 100-continue',
  'expect: 200-ok',
  'x-zm-signature: v0=0000000000000000000000000000000000000000000000000000000000000000',
  'x-zm-request-timestamp: 0',
  'x-zm-request-timestamp: 99999999999',
  'host: [::1',
  'host:',
  ': empty',
  ' folded',
  '\tfolded',
  'no colon',
  'x:\0',
  `x: ${'y'.repeat(20_000)}`,
  'authorization: Basic ====',
  'http2-settings: AAMAAABkAARAAAAAAAIAAAAA',
  'trailer: x-zm-signature',
  'te: trailers',
];

const TARGETS = [
  '*',
  '/',
  '//',
  '/%',
  '/%00',
  '/..',
  '/zoom/webhook/..',
  'http://',
  'http://[',
  '?',
  '#',
  '/\u00ff',
  `/${'a/'.repeat(5_000)}`,
];
const METHODS = ['GET', 'PUT', 'post', 'CONNECT', 'TRACE', 'PRI', 'M-SEARCH', 'QUERY', '', ' ', 'POST POST'];
const VERSIONS = ['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP/9.9', 'http/1.1', ''];

/** Changes a request: its first line, its headers, its bytes. The same random numbers give the same bytes. */
export function mutateRequest(request: Buffer, random: Random): Buffer {
  let changed = request;
  if (random.chance(0.35)) changed = changeFirstLine(changed, random);
  if (random.chance(0.5)) changed = changeHeaders(changed, random);
  return random.chance(0.6) ? mutateBytes(changed, random, 6, 300_000) : changed;
}

function changeFirstLine(request: Buffer, random: Random): Buffer {
  const text = request.toString('latin1');
  const end = text.indexOf('\r\n');
  const [method = '', target = '', version = ''] = text.slice(0, end).split(' ');
  const one = (list: readonly string[]) => list[random.whole(0, list.length - 1)] ?? '';
  const first = [
    random.chance(0.4) ? one(METHODS) : method,
    random.chance(0.5) ? one(TARGETS) : target,
    random.chance(0.3) ? one(VERSIONS) : version,
  ].join(' ');
  return Buffer.from(first + text.slice(end), 'latin1');
}

function changeHeaders(request: Buffer, random: Random): Buffer {
  const text = request.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const lines = text.slice(0, end).split('\r\n');
  for (let left = random.whole(1, 4); left > 0; left -= 1) {
    const at = random.whole(1, Math.max(1, lines.length - 1));
    const what = random.whole(0, 3);
    if (what === 0) lines.splice(at, 1);
    else if (what === 1) lines.splice(at, 0, LINES[random.whole(0, LINES.length - 1)] ?? '');
    else if (what === 2) lines.splice(at, 0, lines[random.whole(0, lines.length - 1)] ?? '');
    else lines.splice(at, 0, ...Array.from({ length: random.whole(1, 200) }, (_, index) => `x-${index}: y`));
  }
  const newline = random.chance(0.95) ? '\r\n' : '\n';
  return Buffer.from(lines.join(newline) + text.slice(end), 'latin1');
}
