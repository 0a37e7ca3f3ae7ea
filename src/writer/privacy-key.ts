import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;
const FILE = 'privacy.key';

/**
 * The key of the hashes that `PRIVACY=pseudonymous` stores, made at the first start and kept in the data folder for its owner alone.
 * Whoever deletes it cuts the thread between old hashes and new ones.
 */
export function privacyKey(dataDir: string): Buffer {
  const existing = existingPrivacyKey(dataDir);
  if (existing !== undefined) return existing;
  const file = join(dataDir, FILE);
  const draft = `${file}.draft`;
  const key = randomBytes(KEY_BYTES);
  const descriptor = openSync(draft, 'w', 0o600);
  writeSync(descriptor, `${key.toString('hex')}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(draft, file);
  return key;
}

/** The file with the key was cut short or altered. */
export class PrivacyKeyError extends Error {
  readonly code = 'privacy_key_invalid';
}

/** The key of {@link privacyKey} where one has been made. */
export function existingPrivacyKey(dataDir: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, FILE), 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex');
  throw new PrivacyKeyError(
    `${join(dataDir, FILE)} holds no key of 64 hex digits: bring it back from a backup, or delete it, after which old and new hashes no longer match`,
  );
}
