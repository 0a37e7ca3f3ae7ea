import { createHmac, hash, timingSafeEqual } from 'node:crypto';

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
  const prefix = `v0:${timestamp}:`;
  const hmac = hmacOfSmall(secret, prefix, body);
  return `v0=${hmac ?? createHmac('sha256', secret).update(prefix).update(body).digest('hex')}`;
}

/** Of SHA-256, in bytes. */
const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/** What is hashed lies behind one another: a block, and the message or the inner hash. */
const inner = Buffer.alloc(16 * 1024);
const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);

/** The blocks in front of what is hashed: a secret, or zeros behind it, with a bit pattern. */
type Blocks = { readonly inner: Buffer; readonly outer: Buffer };

const BLOCKS = new Map<string, Blocks>();
const MOST_SECRETS = 64;

/**
 * HMAC by its definition (RFC 2104), as two plain hashes: that of the outer block and of the hash of the inner block and the message.
 * An `Hmac` object of Node's for each body is 5 % of receiving more (docs/decisions/0025-past-koas-watch.md). Undefined where something
 * is too long for the memory at hand.
 *
 * @param prefix ASCII
 */
function hmacOfSmall(secret: string, prefix: string, body: Uint8Array): string | undefined {
  const start = BLOCK_BYTES + prefix.length;
  const end = start + body.length;
  if (end > inner.length) return undefined;
  const blocks = BLOCKS.get(secret) ?? makeBlocks(secret);
  if (blocks === undefined) return undefined;
  inner.set(blocks.inner);
  inner.write(prefix, BLOCK_BYTES, 'latin1');
  inner.set(body, start);
  outer.set(blocks.outer);
  outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'binary');
  return hash('sha256', outer, 'hex');
}

function makeBlocks(secret: string): Blocks | undefined {
  const key = Buffer.from(secret);
  if (key.length > BLOCK_BYTES) return undefined;
  const blockWith = (pattern: number) => {
    const block = Buffer.alloc(BLOCK_BYTES, pattern);
    for (const [at, byte] of key.entries()) block[at] = byte ^ pattern;
    return block;
  };
  const blocks = { inner: blockWith(0x36), outer: blockWith(0x5c) };
  if (BLOCKS.size >= MOST_SECRETS) BLOCKS.clear();
  BLOCKS.set(secret, blocks);
  return blocks;
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
