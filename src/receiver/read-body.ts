import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** The largest body that is read: a long call's summary can pass 1 MiB. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The body can't be used; `code` is the reason that is counted. */
export class BodyError extends Error {
  readonly code: 'too_large' | 'encoding_unreadable' | 'encoding_unsupported' | 'body_incomplete';

  constructor(code: BodyError['code'], message: string) {
    super(message);
    this.name = 'BodyError';
    this.code = code;
  }
}

const unzip = promisify(gunzip);

/**
 * Reads a request's body as bytes, whatever its media type says, and unpacks gzip. Neither form may pass {@link MAX_BODY_BYTES}.
 *
 * @throws {BodyError}
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['identity', 'gzip', 'x-gzip', ''].includes(encoding))
    throw new BodyError('encoding_unsupported', `content-encoding ${encoding} is not known here`);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = await collect(request);
  if (!encoding.endsWith('gzip')) return bytes;
  try {
    return await unzip(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new BodyError('encoding_unreadable', 'the body is not gzip as its content-encoding says');
  }
}

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const incomplete = () =>
      reject(new BodyError('body_incomplete', 'the connection ended before the body did'));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) {
        request.pause();
        request.removeAllListeners('data');
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length));
    });
    request.once('error', incomplete);
    request.once('close', () => {
      if (!request.complete) incomplete();
    });
  });
}

function tooLarge(): BodyError {
  return new BodyError('too_large', `the body is over ${MAX_BODY_BYTES} bytes`);
}
