import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../error-text.js';
import { isAlive } from './process-lookup.js';

const POLL_MS = 500;
const TELL_EVERY_MS = 10_000;
/** A lock is made, then its owner written into it; one that is empty for longer was left by a crash in between. */
const EMPTY_LOCK_MS = 5_000;
const BEAT_MS = 10_000;
/** An owner that builds says so by touching its lock; a number alone may belong to another process by now. */
const SILENT_LOCK_MS = 60_000;

/**
 * Runs one build at a time in a folder, over all processes of this machine. A lock whose owner is gone is taken
 * over. Two that take it over at the same moment both build, which is waste and no harm, since each puts its
 * result in place by renaming a file of its own.
 *
 * @param progress - told now and then whom it waits for
 * @param work - is told whether another one built in the meantime
 */
export async function withBuildLock<Result>(
  folder: string,
  progress: (line: string) => void,
  work: (waited: boolean) => Promise<Result>,
): Promise<Result> {
  const lock = join(folder, 'build.lock');
  let waited = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  while (!(await take(lock))) {
    const owner = await readOwner(lock);
    if (owner === 'gone') {
      await rm(lock, { force: true });
      continue;
    }
    waited = true;
    if (performance.now() - toldAt >= TELL_EVERY_MS) {
      toldAt = performance.now();
      progress(`InfluxDB is being built by ${owner}; waiting for it`);
    }
    await delay(POLL_MS);
  }
  const beat = setInterval(() => void touch(lock), BEAT_MS);
  beat.unref();
  try {
    return await work(waited);
  } finally {
    clearInterval(beat);
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

async function touch(lock: string): Promise<void> {
  const now = new Date();
  // Where it fails the lock is gone, and whoever removed it builds as well.
  await utimes(lock, now, now).catch(() => undefined);
}

async function readOwner(lock: string): Promise<string> {
  try {
    const pid = Number(await readFile(lock, 'utf8'));
    const silentMs = Date.now() - (await stat(lock)).mtimeMs;
    if (pid > 0) {
      return isAlive(pid) && silentMs < SILENT_LOCK_MS ? `process ${pid}` : 'gone';
    }
    return silentMs > EMPTY_LOCK_MS ? 'gone' : 'another process';
  } catch {
    return 'another process';
  }
}
