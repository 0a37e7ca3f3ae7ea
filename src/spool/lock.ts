import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

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
  makeFolder(dataDir);
  const file = join(dataDir, 'bridge.lock');
  const owner = take(file);
  if (owner !== undefined)
    throw new DataDirLockedError(
      `another bridge (process ${owner.pid}) works on ${dataDir}: stop it, or give this one its own DATA_DIR`,
    );
  return () => rmSync(file, { force: true });
}

/** Whether another process works on a data folder now. */
export function isDataDirLocked(dataDir: string): boolean {
  return isAlive(ownerOf(join(dataDir, 'bridge.lock')));
}

type Owner = { readonly pid: number; readonly started: string };

/**
 * Makes a lock file, whole from its first moment. One left behind is removed by whoever holds a second lock, since of two that find it
 * the slower would otherwise remove the lock of the faster.
 *
 * @returns who has it, where somebody has
 */
function take(file: string): Owner | undefined {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { mode: 0o600, flush: true });
  try {
    if (place(draft, file)) return undefined;
    const owner = ownerOf(file);
    if (isAlive(owner)) return owner;
    const takeover = `${file}.takeover`;
    const faster = take(takeover);
    if (faster !== undefined) return faster;
    try {
      const now = ownerOf(file);
      if (isAlive(now)) return now;
      rmSync(file, { force: true });
      return place(draft, file) ? undefined : ownerOf(file);
    } finally {
      rmSync(takeover, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** False: there is such a file already. */
function place(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
  }
  try {
    // A file system without hard links.
    writeFileSync(file, readFileSync(draft), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Nobody, with number 0, where the file is gone or was cut short. */
function ownerOf(file: string): Owner {
  try {
    const [pid = '', started = ''] = readFileSync(file, 'utf8').trim().split(' ');
    return { pid: /^\d{1,9}$/.test(pid) ? Number(pid) : 0, started };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { pid: 0, started: '' };
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isAlive({ pid, started }: Owner): boolean {
  if (pid === 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
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
