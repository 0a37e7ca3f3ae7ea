import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examineFile } from './examine-file.js';
import { DamagedFileError } from './lmdb-format.js';
import { isDataDirLocked } from './lock.js';
import { makeFolder } from './make-folder.js';

/** A spool that could not be read and lies beside the new one, whole. */
export type SetAside = {
  readonly file: string;
  /** What is wrong with it, and where. */
  readonly reason: string;
  readonly bytes: number;
};

/**
 * How much of the spool is looked at after an orderly end: a fraction of a second's reading, and all of it unless very much waits.
 * After any other end all of it is, a second for a gigabyte. A process that ends because of damage does not end orderly, so what was
 * overlooked is found by the next start.
 */
const LOOK_AT_BYTES = 256 * 1024 * 1024;

const SPOOL_FILE = 'data.mdb';
const MARK = 'in-use';
const PREFIX = `${SPOOL_FILE}.damaged-`;

/**
 * To be called before the spool of a data folder is opened, by the one bridge that works on it. LMDB trusts its file, and a damaged one
 * ends the process without a word; so it is looked at first, and a damaged one gets another name. Nothing is ever deleted.
 *
 * @returns what was set aside; undefined where the spool is sound, or new
 */
export function setAsideIfDamaged(dataDir: string, now: number): SetAside | undefined {
  const folder = join(dataDir, 'spool');
  const file = join(folder, SPOOL_FILE);
  try {
    examine(folder);
    return undefined;
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    const aside = freeName(folder, now);
    const { size } = statSync(file);
    renameSync(file, aside);
    // It belongs to the damaged file; for the new one another is made.
    rmSync(join(folder, 'lock.mdb'), { force: true });
    return { file: aside, reason: error.message, bytes: size };
  }
}

/**
 * To be called before the spool is opened by others than the bridge, which leave it where it is.
 *
 * @throws {DamagedFileError} where no bridge works on it and it is damaged; the message says what to do
 */
export function requireSound(dataDir: string): void {
  if (isDataDirLocked(dataDir)) return;
  const folder = join(dataDir, 'spool');
  try {
    examine(folder);
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    throw new DamagedFileError(
      `${join(folder, SPOOL_FILE)} is damaged: ${error.message}\nfix: start the bridge, which sets it aside and goes on with an empty one`,
      { cause: error },
    );
  }
}

function examine(folder: string): void {
  const file = join(folder, SPOOL_FILE);
  if (existsSync(file)) examineFile(file, existsSync(join(folder, MARK)) ? undefined : LOOK_AT_BYTES);
}

/** Spools that were set aside, now or earlier, and that nobody has taken away yet; paths, oldest first. */
export function damagedFiles(dataDir: string): readonly string[] {
  const folder = join(dataDir, 'spool');
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith(PREFIX));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Notes that the spool is open; what is not taken back by {@link markClosed} was not an orderly end. */
export function markOpen(dataDir: string): void {
  const folder = join(dataDir, 'spool');
  makeFolder(folder);
  writeFileSync(join(folder, MARK), '', { mode: 0o600, flush: true });
}

/** Notes that the spool was closed. */
export function markClosed(dataDir: string): void {
  rmSync(join(dataDir, 'spool', MARK), { force: true });
}

function freeName(folder: string, now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = join(folder, `${PREFIX}${time}`);
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? name : `${name}-${count}`;
    if (!existsSync(free)) return free;
  }
}
