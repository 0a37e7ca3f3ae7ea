import { createHmac } from 'node:crypto';

/**
 * Zoom's `x-zm-signature`: `v0=` and the hex HMAC-SHA256 of `v0:{timestamp}:{body}`.
 * @param timestamp the value of `x-zm-request-timestamp`, unix seconds as text
 * @param body the very bytes that are sent
 */
export function sign(secret: string, timestamp: string, body: Uint8Array | string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** The `encryptedToken` that a receiver must answer to a `plainToken`: its hex HMAC-SHA256. */
export function encryptToken(secret: string, plainToken: string): string {
  return createHmac('sha256', secret).update(plainToken).digest('hex');
}
