import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Allowance } from './body-budget.js';
import { BodyError } from './body-error.js';

/** The largest body that is read: a long call's summary can pass 1 MiB. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

const unzip = promisify(gunzip);

/**
 * Reads a request's body as bytes, whatever its media type says, and unpacks gzip. Neither form may pass {@link MAX_BODY_BYTES}.
 *
 * @throws {BodyError}
 */
export async function readBody(request: IncomingMessage, allowance: Allowance): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['identity', 'gzip', 'x-gzip', ''].includes(encoding))
    throw new BodyError('encoding_unsupported', `content-encoding ${encoding} is not known here`);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = await collect(request, allowance);
  if (!encoding.endsWith('gzip')) return bytes;
  allowance.take(MAX_BODY_BYTES);
  try {
    return await oneAtATime(() => unzip(bytes, { maxOutputLength: MAX_BODY_BYTES }));
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new BodyError('encoding_unreadable', 'the body is not gzip as its content-encoding says');
  }
}

let unpacking: Promise<unknown> = Promise.resolve();

/** Unpacking costs much and comes before the signature can be checked, so a stranger gets one core for it at most. */
function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = unpacking.then(work, work);
  unpacking = result.catch(() => {});
  return result;
}

function collect(request: IncomingMessage, allowance: Allowance): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const incomplete = () =>
      reject(new BodyError('body_incomplete', 'the connection ended before the body did'));
    const stop = (error: unknown) => {
      request.pause();
      request.removeAllListeners('data');
      chunks.length = 0;
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) return stop(tooLarge());
      try {
        allowance.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        stop(error);
      }
    });
    request.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length));
    });
    request.on('error', incomplete);
    request.on('close', () => {
      if (!request.complete) incomplete();
    });
  });
}

function tooLarge(): BodyError {
  return new BodyError('too_large', `the body is over ${MAX_BODY_BYTES} bytes`);
}
