import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const FLUSHES = 15;

/** A slow disk is known for one long before all flushes are done. */
const ENOUGH_MS = 4_000;

/** As much as a small commit of the spool writes. */
const PAGE = Buffer.alloc(4096, 0x71);

/**
 * Writes a page and flushes it to disk, some times over, in a file that is removed again.
 *
 * @returns ms of each
 * @throws errors of the file system
 */
export async function measureFsync(folder: string): Promise<readonly number[]> {
  const path = join(folder, `doctor-${randomUUID()}.tmp`);
  const file = await open(path, 'wx', 0o600);
  try {
    const times: number[] = [];
    const startedAt = performance.now();
    while (times.length < FLUSHES && performance.now() - startedAt < ENOUGH_MS) {
      const before = performance.now();
      await file.write(PAGE, 0, PAGE.length, 0);
      await file.sync();
      times.push(performance.now() - before);
    }
    return times;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** The middle one; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
