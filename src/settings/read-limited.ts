import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** A file that a setting names and that is not what such a file can be. */
export class FileError extends Error {
  readonly code = 'file_unusable';
}

/** What a file without a size, such as a pipe, is read by. */
const CHUNK_BYTES = 65_536;

/**
 * Reads a file of at most `maxBytes`. Pipes are read as well, so that a secret can come from a program.
 *
 * @throws {FileError} where it is a folder, or longer
 * @throws {NodeJS.ErrnoException} where it can't be read
 */
export function readLimited(file: string, maxBytes: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) throw new FileError(`${file} is a folder, not a file`);
    const tooLong = () => new FileError(`${file} is longer than ${shownBytes(maxBytes)}`);
    if (stats.size > maxBytes) throw tooLong();
    return readAll(descriptor, Math.max(stats.size + 1, CHUNK_BYTES), maxBytes, tooLong);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads a file that is looked at again later. A pipe would be empty by then, or have nobody who writes to it.
 *
 * @throws {FileError} where it is no regular file, or longer than `maxBytes`
 * @throws {NodeJS.ErrnoException} where it can't be read
 */
export function readRegularFile(file: string, maxBytes: number): Buffer {
  const stats = statSync(file);
  if (!stats.isFile())
    throw new FileError(`${file} is ${stats.isDirectory() ? 'a folder, not' : 'not'} a file`);
  return readLimited(file, maxBytes);
}

function readAll(descriptor: number, chunkBytes: number, maxBytes: number, tooLong: () => Error): Buffer {
  const parts: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(parts.length === 0 ? chunkBytes : CHUNK_BYTES);
    const count = readSync(descriptor, chunk);
    if (count === 0) break;
    parts.push(chunk.subarray(0, count));
    total += count;
    if (total > maxBytes) throw tooLong();
  }
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}

function shownBytes(bytes: number): string {
  const mebibytes = bytes / 1_048_576;
  return mebibytes >= 1 ? `${mebibytes} MiB` : `${bytes / 1024} KiB`;
}
