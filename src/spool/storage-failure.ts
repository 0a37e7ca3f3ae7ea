import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A disk with less room than this counts as full when a write fails: what is cut short comes as an input/output error. */
const FULL_BELOW_BYTES = 16 * 1024 * 1024;

/** How long the library may take to say why a commit failed. */
const REASON_WITHIN_MS = 1_000;

/** Says for people why a commit failed. */
export async function reasonOf(failure: unknown, dataDir: string): Promise<string> {
  const cause = await causeOf(failure);
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/no space left|map_full/i.test(text) || (await isFull(dataDir)))
    return `the disk of DATA_DIR (${dataDir}) is full`;
  return `storing in DATA_DIR (${dataDir}) failed: ${text}`;
}

/** LMDB's error holds its cause as a promise that is rejected with it, and that has to be caught. */
async function causeOf(failure: unknown): Promise<unknown> {
  if (!(failure instanceof Error && 'commitError' in failure)) return failure;
  const told = Promise.resolve(failure.commitError).then(
    () => failure,
    (cause: unknown) => cause,
  );
  return await Promise.race([told, sleep(REASON_WITHIN_MS, failure, { ref: false })]);
}

async function isFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < FULL_BELOW_BYTES;
  } catch {
    return false;
  }
}
