import { DataDirLockedError } from './lock.js';

const CAUSES: Record<string, string> = {
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a part of its path is a file',
  EISDIR: 'a folder is in the way of a file',
  ENOENT: 'it can not be made there',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

const NO_PERMISSION = new Set(['EACCES', 'EPERM', 'EROFS']);

/** The data folder can't be made, read or written; the message says why and what to do. */
export class DataDirError extends Error {
  readonly code = 'data_dir_unusable';
  /** Whether it is a matter of rights. */
  readonly forbidden: boolean;

  constructor(dataDir: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const told = cause instanceof Error ? cause.message : String(cause);
    const why = CAUSES[code] === undefined ? told : `${CAUSES[code]} (${told})`;
    super(
      `can't use the data folder ${dataDir}: ${why}\nfix: make it a folder that the user who runs the bridge may write to, or set DATA_DIR to another one`,
      { cause },
    );
    this.name = 'DataDirError';
    this.forbidden = NO_PERMISSION.has(code);
  }
}

/**
 * Does something with the data folder.
 *
 * @throws {DataDirError} {@link DataDirLockedError}
 */
export function withDataDir<T>(dataDir: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof DataDirLockedError ? error : new DataDirError(dataDir, error);
  }
}
