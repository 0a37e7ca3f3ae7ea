import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Settings } from '../settings/settings.js';
import { signBody } from '../zoom/signature.js';
import { type Exchange, exchange, type Trust } from './exchange.js';

/** What it takes to post as Zoom does. */
export type SignedPost = {
  readonly url: URL;
  readonly secret: string;
  readonly body: Buffer;
  readonly authHeader: Settings['webhook']['authHeader'];
  readonly nowMs: number;
  readonly trust: Trust;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/** Posts a body with the headers that Zoom sends, signed. */
export function postSigned(post: SignedPost): Promise<Exchange> {
  const { url, body, trust, timeoutMs, signal } = post;
  return exchange(url, { method: 'POST', body, headers: headersOf(post), trust, timeoutMs, signal });
}

function headersOf({ secret, body, authHeader, nowMs }: SignedPost): OutgoingHttpHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Zoom Marketplace/1.0a',
    'x-zm-request-id': randomUUID().replaceAll('-', '_'),
    'x-zm-request-timestamp': timestamp,
    'x-zm-signature': signBody(secret, timestamp, body),
    ...(authHeader === undefined ? {} : { [authHeader.name]: authHeader.value }),
  };
}
