import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, setLogger } from '@influxdata/influxdb-client';
import { outcomeOf, type WriteOutcome } from './write-outcome.js';

/** Where points are written, and with which token. */
export type InfluxTarget = {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
};

/** Precision of a request's timestamps. */
export type LinePrecision = 's' | 'ms';

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Bodies over this many bytes are sent compressed, unless they stay on this machine: there packing costs more than sending. */
const GZIP_THRESHOLD = 1_000;

const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?=[:/]|$)/i;

/** The client would log on its own what {@link WriteOutcome} says better. */
setLogger({ error: () => {}, warn: () => {} });

/** Answers that say that everything is stored. InfluxDB 3 says 201. */
const STORED: readonly (number | undefined)[] = [201, 204];

/**
 * Sends lines to InfluxDB, two requests at a time at most, and says what the answer means. The client library transports; its buffer, which
 * counts the bytes of every line, its retries and its splitting have no business here.
 */
export class InfluxWriter {
  readonly #target: InfluxTarget;
  readonly #gzipThreshold: number;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #client: InfluxDB;
  readonly #underWay = new Set<AbortController>();

  constructor(target: InfluxTarget, timeoutMs = REQUEST_TIMEOUT_MS) {
    const { url, token } = target;
    this.#target = target;
    this.#gzipThreshold = LOOPBACK.test(url) ? Number.POSITIVE_INFINITY : GZIP_THRESHOLD;
    this.#agent = new (url.startsWith('https:') ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 2 });
    this.#client = new InfluxDB({ url, token, timeout: timeoutMs, transportOptions: { agent: this.#agent } });
  }

  /** Sends whole lines in one request: as UTF-8, or as texts with one or more in each. Never throws. */
  async send(lines: Buffer | readonly string[], precision: LinePrecision): Promise<WriteOutcome> {
    const request = new AbortController();
    this.#underWay.add(request);
    try {
      await this.#post(
        Buffer.isBuffer(lines) ? lines : Buffer.from(lines.join('\n')),
        precision,
        request.signal,
      );
      return { kind: 'stored' };
    } catch (error) {
      // After a time-out the request would stay open, and could take the connection's place.
      if (!(error instanceof HttpError)) request.abort();
      return outcomeOf(error, Date.now());
    } finally {
      this.#underWay.delete(request);
    }
  }

  /** Breaks off requests that are not answered yet, and closes connections. */
  close(): void {
    for (const request of this.#underWay) request.abort();
    this.#agent.destroy();
  }

  /** @throws {HttpError} and whatever keeps the request from being answered */
  async #post(body: Buffer, precision: LinePrecision, signal: AbortSignal): Promise<void> {
    const { org, bucket } = this.#target;
    const query = new URLSearchParams({ org, bucket, precision });
    await new Promise<void>((resolve, reject) => {
      let status: number | undefined;
      this.#client.transport.send(
        `/api/v2/write?${query}`,
        // It makes bytes of a text by `Buffer.from`, which takes bytes as well; the text would be megabytes of heap for each batch.
        body as unknown as string,
        {
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          gzipThreshold: this.#gzipThreshold,
          signal,
        },
        {
          responseStarted: (_headers, statusCode) => {
            status = statusCode;
          },
          error: reject,
          complete: () =>
            STORED.includes(status)
              ? resolve()
              : reject(new HttpError(status ?? 0, 'an answer that InfluxDB does not give to a write')),
        },
      );
    });
  }
}
