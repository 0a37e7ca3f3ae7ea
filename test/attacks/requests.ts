import { signBody } from '../../src/zoom/signature.js';
import { BRIDGE_SECRET } from '../helpers/bridge-process.js';

export const PATH = '/zoom/webhook';
export const HOST = 'bridge.example.com';

/** Seconds since 1970, as Zoom's header has them. */
export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** The two headers that prove a body. */
export function proof(body: string | Uint8Array, timestamp = nowSeconds(), secret = BRIDGE_SECRET): string[] {
  return [
    `x-zm-request-timestamp: ${timestamp}`,
    `x-zm-signature: ${signBody(secret, String(timestamp), Buffer.from(body))}`,
  ];
}

/** A request as bytes: its lines as given, joined as HTTP wants it, then the body. */
export function request(lines: readonly string[], body: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

/** The head of a post to the webhook, with more lines. */
export function postLines(...lines: readonly string[]): string[] {
  return [`POST ${PATH} HTTP/1.1`, `host: ${HOST}`, 'content-type: application/json', ...lines];
}

/** A whole signed post, whose connection is closed behind it. */
export function signedPost(body: string | Uint8Array, timestamp = nowSeconds()): Buffer {
  const length = Buffer.from(body).length;
  return request(
    postLines(...proof(body, timestamp), `content-length: ${length}`, 'connection: close'),
    body,
  );
}

/** The status of each answer in what came back. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}
