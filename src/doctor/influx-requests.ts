import { type Exchange, exchange } from './exchange.js';

/** How long InfluxDB may take for an answer. */
const TIMEOUT_MS = 5_000;

/** Asks an InfluxDB without changing anything in it. */
export class InfluxRequests {
  readonly #base: string;
  readonly #org: string;
  readonly #signal: AbortSignal;

  constructor({ url, org }: { readonly url: string; readonly org: string }, signal: AbortSignal) {
    this.#base = url.replace(/\/+$/, '');
    this.#org = org;
    this.#signal = signal;
  }

  /** Needs no token; the version is in a header. */
  ping(): Promise<Exchange> {
    return this.#send('/ping');
  }

  /** Needs no token; the version is in the body, also where a proxy takes headers away. */
  health(): Promise<Exchange> {
    return this.#send('/health');
  }

  /**
   * A write of no line at all: nothing is stored, and yet the token (401), the organization and the bucket (404) and the right to
   * write (403) are looked at first; 204 says that all are in order. Seen with InfluxDB 2.8.0.
   */
  writeNothing(token: string, bucket: string): Promise<Exchange> {
    const query = new URLSearchParams({ org: this.#org, bucket, precision: 's' });
    return this.#send(`/api/v2/write?${query}`, token, {
      contentType: 'text/plain; charset=utf-8',
      body: '',
    });
  }

  /** The last second of a bucket: 200 where the token may read it, 404 where it may not. Seen with InfluxDB 2.8.0. */
  readNothing(token: string, bucket: string): Promise<Exchange> {
    const query = `from(bucket: ${JSON.stringify(bucket)}) |> range(start: -1s) |> limit(n: 1)`;
    return this.#send(`/api/v2/query?${new URLSearchParams({ org: this.#org })}`, token, {
      contentType: 'application/json',
      body: JSON.stringify({ query }),
    });
  }

  /** 200 for operator and all-access tokens, 401 for those for buckets alone. */
  me(token: string): Promise<Exchange> {
    return this.#send('/api/v2/me', token);
  }

  /** Only those that the token may read; an empty list or 404 else. */
  bucketNamed(token: string, name: string): Promise<Exchange> {
    return this.#send(`/api/v2/buckets?${new URLSearchParams({ org: this.#org, name })}`, token);
  }

  #send(
    path: string,
    token?: string,
    content?: { readonly contentType: string; readonly body: string },
  ): Promise<Exchange> {
    return exchange(new URL(`${this.#base}${path}`), {
      method: content === undefined ? 'GET' : 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Token ${token}` }),
        ...(content === undefined ? {} : { 'content-type': content.contentType }),
      },
      ...(content === undefined ? {} : { body: Buffer.from(content.body) }),
      timeoutMs: TIMEOUT_MS,
      signal: this.#signal,
    });
  }
}

/** The message of an answer in InfluxDB 2's own form; undefined where it is of another form, a proxy's page say. */
export function influxMessage(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' &&
      answer !== null &&
      'message' in answer &&
      typeof answer.message === 'string'
      ? answer.message
      : undefined;
  } catch {
    return undefined;
  }
}
