import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { errorCode } from '../influx/error-text.js';

/** How certificates are judged. */
export type Trust = {
  /** Takes any certificate. */
  readonly insecure: boolean;
  /** Certificates (PEM) that are trusted; undefined: those that Node.js trusts. */
  readonly ca: readonly string[] | undefined;
};

export const USUAL_TRUST: Trust = { insecure: false, ca: undefined };

/** What came back of one request: an answer, or the code of what kept it from coming. */
export type Exchange =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
      readonly ms: number;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly ms: number };

export type ExchangeOptions = {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly trust?: Trust;
};

/** The code of an exchange that took too long. */
export const TIMED_OUT = 'TIMED_OUT';

/** As much of an answer as is read: what we ask for is short. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Makes one request over a connection of its own. Never throws, never follows a redirect, never outlasts its time limit. */
export async function exchange(url: URL, options: ExchangeOptions): Promise<Exchange> {
  try {
    return await request(url, options);
  } catch (error) {
    // A header with characters that HTTP does not have is refused before anything is sent.
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', code: errorCode(error) ?? 'INVALID', message, ms: 0 };
  }
}

function request(url: URL, options: ExchangeOptions): Promise<Exchange> {
  const { method = 'GET', headers = {}, body, timeoutMs, signal, trust = USUAL_TRUST } = options;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const fail = (code: string, message: string) => {
      end({ kind: 'failed', code, message, ms: performance.now() - startedAt });
    };
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
      agent: false,
      rejectUnauthorized: !trust.insecure,
      ...(trust.ca === undefined ? {} : { ca: [...trust.ca] }),
    });
    const onAbort = () => fail(TIMED_OUT, 'stopped');
    const timer = setTimeout(() => fail(TIMED_OUT, `no answer within ${timeoutMs / 1000} s`), timeoutMs);
    const end = (outcome: Exchange) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
      outgoing.destroy();
    };
    const failBy = (error: Error & { code?: string }) => fail(error.code ?? error.name, error.message);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    outgoing.on('error', failBy);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = () => {
        end({
          kind: 'answer',
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          ms: performance.now() - startedAt,
        });
      };
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) finish();
      });
      incoming.once('error', failBy);
      incoming.once('end', finish);
    });
    outgoing.end(body);
  });
}
