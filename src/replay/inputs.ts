import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { unpack } from '../archive/unpack.js';
import { isSpoolFile, salvageEvents } from '../spool/salvage.js';
import { InputError } from './input-error.js';

/** Something to read events from. */
export type Input = {
  /** As people call it. */
  readonly name: string;
  /** Undefined where it is not known beforehand. */
  readonly bytes: number | undefined;
  readonly open: () => Readable;
};

/** The name of standard input on the command line. */
export const STANDARD_INPUT = '-';

/** As much as is read at a time. */
const CHUNK_BYTES = 256 * 1024;

const CAUSES: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder; name the files in it',
};

const GZIP_MAGIC = [0x1f, 0x8b];

const NEWLINE = Buffer.from('\n');

/**
 * Finds all inputs before any is read.
 *
 * @throws {InputError} where one is not there, is a folder, or may not be read
 */
export async function findInputs(names: readonly string[], standardInput: Readable): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const name of names)
    inputs.push(
      name === STANDARD_INPUT
        ? { name: 'standard input', bytes: undefined, open: () => standardInput }
        : await findFile(name),
    );
  return inputs;
}

async function findFile(path: string): Promise<Input> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' });
    // Not opened to find out: a pipe can be opened only once.
    await access(path, constants.R_OK);
    if (stats.isFile() && isSpoolFile(path))
      return { name: path, bytes: undefined, open: () => Readable.from(lines(salvageEvents(path))) };
    return {
      name: path,
      bytes: stats.isFile() ? stats.size : undefined,
      open: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new InputError(`can't read ${path}: ${CAUSES[code] ?? String(error)}`, { cause: error });
  }
}

function* lines(bodies: Iterable<Buffer>): Generator<Buffer> {
  for (const body of bodies) yield Buffer.concat([body, NEWLINE]);
}

/** The bytes of an input, unpacked where they are gzip whatever the name says. `onRead` is told how many came in, packed. */
export async function* readBytes(input: Input, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const counted = counting(input.open(), onRead);
  const first = await counted.next();
  if (first.done === true) return;
  const all = joined(first.value, counted);
  yield* GZIP_MAGIC.every((byte, index) => first.value[index] === byte) ? unpack(all) : all;
}

async function* counting(
  stream: AsyncIterable<Buffer>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer, undefined> {
  for await (const chunk of stream) {
    onRead(chunk.length);
    if (chunk.length > 0) yield chunk;
  }
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
