import { createHmac, timingSafeEqual } from 'node:crypto';

/** Why a request is not from Zoom, as counted and logged; never told to the sender. */
export type SignatureFault =
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_mismatch'
  | 'timestamp_missing'
  | 'timestamp_malformed'
  | 'timestamp_stale'
  | 'timestamp_ahead';

/** The two headers that carry Zoom's proof, as received. */
export type SignatureHeaders = {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
};

/** How old and how far ahead of the clock a timestamp may be, in seconds. */
export type Freshness = { readonly maxAgeSeconds: number; readonly maxAheadSeconds: number };

const SIGNATURE = /^v0=[0-9a-f]{64}$/;

/**
 * Makes the value of `x-zm-signature` for a body: `v0=` and the hex HMAC-SHA256 of `v0:timestamp:body`.
 * Source: Zoom's webhook reference, "Verify webhook events".
 */
export function signBody(secret: string, timestamp: string, body: Uint8Array): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** Looks at the headers alone, so that a request without proof costs neither memory nor hashing. */
export function checkHeaders(
  headers: SignatureHeaders,
  nowMs: number,
  { maxAgeSeconds, maxAheadSeconds }: Freshness,
): SignatureFault | undefined {
  if (headers.signature === undefined) return 'signature_missing';
  if (headers.timestamp === undefined || headers.timestamp === '') return 'timestamp_missing';
  if (!SIGNATURE.test(headers.signature)) return 'signature_malformed';
  if (!/^\d{1,10}$/.test(headers.timestamp)) return 'timestamp_malformed';
  const age = Math.floor(nowMs / 1000) - Number(headers.timestamp);
  if (age > maxAgeSeconds) return 'timestamp_stale';
  if (-age > maxAheadSeconds) return 'timestamp_ahead';
  return undefined;
}

/**
 * Finds the secret that signed these bytes; undefined where none did. Compares in constant time.
 * The headers have to be checked first: the signature's form is taken for granted.
 */
export function findSigner(
  secrets: readonly string[],
  timestamp: string,
  signature: string,
  body: Uint8Array,
): string | undefined {
  const given = Buffer.from(signature);
  return secrets.find((secret) => {
    const expected = Buffer.from(signBody(secret, timestamp, body));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

/** Compares two secrets without telling by its time where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
