import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
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
  const key = randomBytes(KEY_BYTES);
  const descriptor = openSync(file, 'wx', 0o600);
  writeSync(descriptor, `${key.toString('hex')}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  return key;
}

/** The key of {@link privacyKey} where one has been made. */
export function existingPrivacyKey(dataDir: string): Buffer | undefined {
  try {
    return Buffer.from(readFileSync(join(dataDir, FILE), 'utf8').trim(), 'hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
