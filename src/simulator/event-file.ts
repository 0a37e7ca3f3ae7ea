import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Posting } from './extras.js';

/** Writes one JSON event a line; the URL validation, which is no event to keep, is left out. */
export async function writeEventFile(
  path: string,
  postings: AsyncIterable<Posting>,
  onWritten: (posting: Posting) => void,
): Promise<void> {
  async function* lines(): AsyncGenerator<string, void, undefined> {
    for await (const posting of postings) {
      if (posting.event.event === 'endpoint.url_validation') continue;
      yield `${JSON.stringify(posting.event)}\n`;
      onWritten(posting);
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}
