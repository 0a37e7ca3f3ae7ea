import { hash } from 'node:crypto';
import type { Written } from '../points/supersede.js';

/** What is remembered of the events that share a key, so that repetitions and older readings are recognised. */
export type SeenEntry = {
  /** When the last of them came, ms since 1970; decides how long the entry is kept. */
  readonly receivedMs: number;
  /** Hash of each event's content, 16 bytes, and what it wrote. */
  readonly events: readonly { readonly hash: Buffer; readonly written?: Written }[];
};

/** Zoom's last retry comes 85 minutes after the first try; the double is kept. */
export const SEEN_FOR_MS = 3 * 3_600_000;

/** A hash of an event's bytes, by which a repeated delivery is recognised. */
export function contentHash(body: Uint8Array): Buffer {
  return hash('sha256', body, 'buffer').subarray(0, 16);
}

/**
 * The key of the seen-set: the minute of the reading in front, so that what is written together lies together, then a hash of
 * what the events under this key have in common.
 */
export function seenKey(timeMs: number, common: string | Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(16);
  seenMinute(timeMs).copy(key);
  hash('sha256', common, 'buffer').copy(key, 4, 0, 12);
  return key;
}

/** The beginning that the keys of a minute share; all keys of earlier minutes come before it. */
export function seenMinute(timeMs: number): Buffer {
  const minute = Buffer.allocUnsafe(4);
  minute.writeUInt32BE(Math.max(0, Math.floor(timeMs / 60_000)) >>> 0, 0);
  return minute;
}
