import { createReadStream } from 'node:fs';
import type { ArchiveFile } from './archive-file.js';
import { HEAD_BYTES, memberLength, unpackMember } from './member.js';
import { type ArchivedEvent, readRecord } from './record.js';

/** A part of a file of the archive. */
export type ArchivePart =
  /** A batch as it was worked on; `end` is the byte behind it. */
  | { readonly kind: 'events'; readonly events: readonly ArchivedEvent[]; readonly end: number }
  /** A part that can't be used; those behind it are read where they can be found. */
  | { readonly kind: 'damaged'; readonly at: number; readonly problem: string }
  /** The last part, which a crash cut short or which is being written: its events are in the next file, or still in the spool. */
  | { readonly kind: 'cut_short' };

const CHUNK_BYTES = 1024 * 1024;

/** Reads a file of the archive from its beginning, part by part; a part is given only whole and checked. */
export async function* readArchiveFile({ path }: ArchiveFile): AsyncGenerator<ArchivePart> {
  const position = { at: 0 };
  try {
    yield* readParts(path, position);
  } catch (error) {
    yield {
      kind: 'damaged',
      at: position.at,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

async function* readParts(path: string, position: { at: number }): AsyncGenerator<ArchivePart> {
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= HEAD_BYTES) {
      const length = memberLength(bytes);
      if (length === undefined) {
        yield { kind: 'damaged', at: position.at, problem: 'no part of an archive begins here' };
        return;
      }
      if (bytes.length < length) break;
      yield await readPart(bytes.subarray(0, length), position.at);
      bytes = bytes.subarray(length);
      position.at += length;
    }
  }
  if (bytes.length > 0) yield { kind: 'cut_short' };
}

async function readPart(member: Buffer, at: number): Promise<ArchivePart> {
  try {
    return { kind: 'events', events: readLines(await unpackMember(member)), end: at + member.length };
  } catch (error) {
    return { kind: 'damaged', at, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads lines of events. @throws where one is none */
export function readLines(bytes: Buffer): ArchivedEvent[] {
  const events: ArchivedEvent[] = [];
  let from = 0;
  for (let end = bytes.indexOf('\n'); end !== -1; end = bytes.indexOf('\n', from)) {
    const event = readRecord(bytes.subarray(from, end));
    if (event === undefined) throw new Error(`line ${events.length + 1} holds no event`);
    events.push(event);
    from = end + 1;
  }
  return events;
}
