import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;

/**
 * The key of the hashes that `PRIVACY=pseudonymous` stores, made at the first start and kept in the data folder for its owner alone.
 * Whoever deletes it cuts the thread between old hashes and new ones.
 */
export function privacyKey(dataDir: string): Buffer {
  const file = join(dataDir, 'privacy.key');
  try {
    return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const key = randomBytes(KEY_BYTES);
  const descriptor = openSync(file, 'wx', 0o600);
  writeSync(descriptor, `${key.toString('hex')}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  return key;
}
