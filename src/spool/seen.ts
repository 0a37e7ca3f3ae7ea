import { hash } from 'node:crypto';
import type { Written } from '../points/supersede.js';

/** What is remembered of the events that share a key, so that repetitions and older readings are recognised. */
export type SeenEntry = {
  /** When the last of them came, ms since 1970; decides how long the entry is kept. */
  readonly receivedMs: number;
  /** Each event's {@link contentHash}, and what it wrote. */
  readonly events: readonly { readonly hash: string; readonly written?: Written }[];
};

/** Zoom's last retry comes 85 minutes after the first try; the double is kept. */
export const SEEN_FOR_MS = 3 * 3_600_000;

/** How many bytes of a content's hash are kept. */
export const HASH_BYTES = 16;

/** A hash of an event's bytes, by which a repeated delivery is recognised: {@link HASH_BYTES} bytes, each as one code unit. */
export function contentHash(body: Uint8Array): string {
  return hash('sha256', body, 'binary').slice(0, HASH_BYTES);
}

/**
 * The key of the seen-set, 16 bytes, each as one code unit: the minute of the reading in front, so that what is written together lies
 * together, then a hash of what the events under this key have in common.
 */
export function seenKey(timeMs: number, common: string): string {
  return `${seenMinute(timeMs)}${hash('sha256', common, 'binary').slice(0, 12)}`;
}

/** The beginning that the keys of a minute share; all keys of earlier minutes come before it. */
export function seenMinute(timeMs: number): string {
  const minute = Math.max(0, Math.floor(timeMs / 60_000)) >>> 0;
  return String.fromCharCode(minute >>> 24, (minute >>> 16) & 0xff, (minute >>> 8) & 0xff, minute & 0xff);
}
