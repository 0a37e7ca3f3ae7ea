import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Another bridge works on the same data folder. */
export class DataDirLockedError extends Error {
  readonly code = 'data_dir_locked';
}

/**
 * Makes sure that one process alone takes events out of a data folder. A lock left behind by a process that is gone, or by one
 * whose number now belongs to another program, is taken over.
 *
 * @returns how to give the lock back
 * @throws {DataDirLockedError}
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'bridge.lock');
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}\n`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const descriptor = openSync(file, 'wx', 0o600);
      writeSync(descriptor, mine);
      fsyncSync(descriptor);
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const [pid = '', started = ''] = readFileSync(file, 'utf8').trim().split(' ');
    if (attempt > 2 || isAlive(Number(pid), started))
      throw new DataDirLockedError(
        `another bridge (process ${pid}) works on ${dataDir}: stop it, or give this one its own DATA_DIR`,
      );
    rmSync(file, { force: true });
  }
}

function isAlive(pid: number, started: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return started === '' || startOf(pid) === undefined || startOf(pid) === started;
}

/** When a process was started, in the kernel's ticks; tells a process from a later one with its number. Linux only. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
