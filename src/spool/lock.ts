import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';
import { processSpace } from './process-space.js';

/** Another bridge works on the same data folder. */
export class DataDirLockedError extends Error {
  readonly code = 'data_dir_locked';
}

/** The owner marks its lock this often, for those who can't see its process: a container that shares the volume, another machine. */
const MARK_EVERY_MS = 1_000;

/** Such an owner is gone when its mark has not moved for this long. */
const GONE_AFTER_MS = 5_000;

/**
 * Makes sure that one process alone takes events out of a data folder. A lock left behind by a process that is gone, or by one
 * whose number now belongs to another program, is taken over. Whether a process of another container or machine still lives shows in
 * whether it goes on marking its lock, which takes up to five seconds to see.
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
  const marking = setInterval(() => mark(file), MARK_EVERY_MS);
  marking.unref();
  return () => {
    clearInterval(marking);
    rmSync(file, { force: true });
  };
}

function mark(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Without the mark a bridge elsewhere may take over; the spool then refuses what this one would store.
  }
}

/** Whether another process works on a data folder now. */
export function isDataDirLocked(dataDir: string): boolean {
  const file = join(dataDir, 'bridge.lock');
  return isAlive(ownerOf(file), file);
}

type Owner = { readonly pid: number; readonly started: string; readonly space: string };

/**
 * Makes a lock file, whole from its first moment. One left behind is removed by whoever holds a second lock, since of two that find it
 * the slower would otherwise remove the lock of the faster.
 *
 * @returns who has it, where somebody has
 */
function take(file: string): Owner | undefined {
  const draft = `${file}.${process.pid}.${processSpace()}`;
  const started = startOf(process.pid) ?? '-';
  writeFileSync(draft, `${process.pid} ${started} ${processSpace()}\n`, { mode: 0o600, flush: true });
  try {
    if (place(draft, file)) return undefined;
    const owner = ownerOf(file);
    if (isAlive(owner, file)) return owner;
    const takeover = `${file}.takeover`;
    const faster = take(takeover);
    if (faster !== undefined) return faster;
    try {
      const now = ownerOf(file);
      if (isAlive(now, file)) return now;
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
    const [pid = '', started = '', space = processSpace()] = readFileSync(file, 'utf8').trim().split(' ');
    return { pid: /^\d{1,9}$/.test(pid) ? Number(pid) : 0, started, space };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { pid: 0, started: '', space: '' };
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isAlive({ pid, started, space }: Owner, file: string): boolean {
  if (pid === 0) return false;
  if (space !== processSpace()) return isMarked(file);
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
  return started === '' || started === '-' || startOf(pid) === undefined || startOf(pid) === started;
}

/** Watches whether somebody goes on marking a lock. */
function isMarked(file: string): boolean {
  const before = markOf(file);
  for (let waited = 0; waited < GONE_AFTER_MS; waited += 100) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    if (markOf(file) !== before) return markOf(file) !== undefined;
  }
  return false;
}

function markOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
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
