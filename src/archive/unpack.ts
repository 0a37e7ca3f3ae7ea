import { createGunzip } from 'node:zlib';

/** What is unpacked at a time, and the most that is lost before damage. */
const CHUNK_BYTES = 16 * 1024;

/**
 * Unpacks gzip as it comes. What lies before a cut is given out before the error is thrown, and before damage all but the last few
 * KB: Node's own piping drops what it has unpacked but not yet handed over.
 *
 * @throws the error of zlib; `code` is `Z_BUF_ERROR` where the data ends too early
 */
export async function* unpack(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const unpacked: Buffer[] = [];
  let failure: Error | undefined;
  let settle: () => void = () => {};
  gunzip.on('data', (chunk: Buffer) => unpacked.push(chunk));
  gunzip.on('error', (error) => {
    failure = error;
    settle();
  });
  gunzip.on('end', () => settle());
  const step = (begin: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      settle = resolve;
      begin(resolve);
    });
  try {
    for await (const chunk of packed) {
      await step((done) => gunzip.write(chunk, () => done()));
      yield* unpacked.splice(0);
      if (failure !== undefined) throw failure;
    }
    await step(() => gunzip.end());
    yield* unpacked.splice(0);
    if (failure !== undefined) throw failure;
  } finally {
    gunzip.destroy();
  }
}
