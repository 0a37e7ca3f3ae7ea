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
  readonly #timeoutMs: number;
  readonly #gzipThreshold: number;
  #agent: HttpAgent | HttpsAgent;
  #client: InfluxDB;

  constructor(target: InfluxTarget, timeoutMs = REQUEST_TIMEOUT_MS) {
    this.#target = target;
    this.#timeoutMs = timeoutMs;
    this.#gzipThreshold = LOOPBACK.test(target.url) ? Number.POSITIVE_INFINITY : GZIP_THRESHOLD;
    this.#agent = this.#newAgent();
    this.#client = this.#newClient();
  }

  /** Sends whole lines, one or more in each text, in one request. Never throws. */
  async send(lines: readonly string[], precision: LinePrecision): Promise<WriteOutcome> {
    try {
      await this.#post(lines.join('\n'), precision);
      return { kind: 'stored' };
    } catch (error) {
      const outcome = outcomeOf(error, Date.now());
      // Where an answer came the connection is as good as before, and so is another request's that is under way.
      if (outcome.kind === 'wait' && !(error instanceof HttpError)) this.#reconnect();
      return outcome;
    }
  }

  /** Closes connections, also those on which an answer is still awaited. */
  close(): void {
    this.#agent.destroy();
  }

  /** @throws {HttpError} and whatever keeps the request from being answered */
  async #post(body: string, precision: LinePrecision): Promise<void> {
    const { org, bucket } = this.#target;
    const query = new URLSearchParams({ org, bucket, precision });
    await new Promise<void>((resolve, reject) => {
      let status: number | undefined;
      this.#client.transport.send(
        `/api/v2/write?${query}`,
        body,
        {
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          gzipThreshold: this.#gzipThreshold,
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

  /** After a time-out the old request would stay open and could take the connection's place. */
  #reconnect(): void {
    this.#agent.destroy();
    this.#agent = this.#newAgent();
    this.#client = this.#newClient();
  }

  #newClient(): InfluxDB {
    const { url, token } = this.#target;
    return new InfluxDB({ url, token, timeout: this.#timeoutMs, transportOptions: { agent: this.#agent } });
  }

  #newAgent(): HttpAgent | HttpsAgent {
    const options = { keepAlive: true, maxSockets: 2 };
    return this.#target.url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
  }
}
