import { gzipSync } from 'node:zlib';
import { signBody } from '../src/zoom/signature.js';

/** Requests that are right, of every kind that the public side knows, as bytes. */
export function sampleRequests(secret: string, nowSeconds: number, event: string): readonly Buffer[] {
  const timestamp = String(nowSeconds);
  const body = Buffer.from(event);
  const headOf = (signed: Buffer, ...lines: string[]) =>
    Buffer.from(
      [
        'POST /zoom/webhook HTTP/1.1',
        'host: bridge.example.com',
        'user-agent: Zoom Marketplace/1.0a',
        'content-type: application/json; charset=utf-8',
        `x-zm-request-timestamp: ${timestamp}`,
        `x-zm-signature: ${signBody(secret, timestamp, signed)}`,
        ...lines,
        '',
        '',
      ].join('\r\n'),
    );
  const plain = Buffer.concat([headOf(body, `content-length: ${body.length}`), body]);
  const packed = gzipSync(body);
  const validation = Buffer.from(
    '{"event":"endpoint.url_validation","payload":{"plainToken":"token-0123456789"}}',
  );
  const half = Math.floor(body.length / 2);
  const chunk = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const health = Buffer.from('GET /healthz HTTP/1.1\r\nhost: bridge.example.com\r\n\r\n');
  return [
    plain,
    Buffer.concat([headOf(body, 'content-encoding: gzip', `content-length: ${packed.length}`), packed]),
    Buffer.concat([
      headOf(body, 'transfer-encoding: chunked'),
      chunk(body.subarray(0, half)),
      chunk(body.subarray(half)),
      Buffer.from('0\r\n\r\n'),
    ]),
    Buffer.concat([
      headOf(validation, `content-length: ${validation.length}`, 'connection: close'),
      validation,
    ]),
    Buffer.concat([headOf(body, `content-length: ${body.length}`, 'expect: 100-continue'), body]),
    health,
    Buffer.concat([health, plain, health, plain]),
    Buffer.from('HEAD /healthz?a=b HTTP/1.0\r\n\r\n'),
    Buffer.from(
      'OPTIONS * HTTP/1.1\r\nhost: bridge.example.com\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
    ),
  ];
}
