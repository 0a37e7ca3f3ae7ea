import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { InfluxDB, setLogger, type WriteApi } from '@influxdata/influxdb-client';
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

/** Bodies over this many bytes are sent compressed. */
const GZIP_THRESHOLD = 1_000;

/** The client would log on its own what {@link WriteOutcome} says better. */
setLogger({ error: () => {}, warn: () => {} });

/**
 * Sends lines to InfluxDB, one request at a time, and says what the answer means. The client library serializes and transports;
 * queueing, retries and splitting are not its business here.
 */
export class InfluxWriter {
  readonly #target: InfluxTarget;
  readonly #timeoutMs: number;
  #agent: HttpAgent | HttpsAgent;
  #client: InfluxDB;

  constructor(target: InfluxTarget, timeoutMs = REQUEST_TIMEOUT_MS) {
    this.#target = target;
    this.#timeoutMs = timeoutMs;
    this.#agent = this.#newAgent();
    this.#client = this.#newClient();
  }

  /** Sends whole lines in one request. Never throws. */
  async send(lines: readonly string[], precision: LinePrecision): Promise<WriteOutcome> {
    try {
      const api = this.#api(precision, lines.length);
      api.writeRecords([...lines]);
      await api.flush();
      return { kind: 'stored' };
    } catch (error) {
      const outcome = outcomeOf(error, Date.now());
      if (outcome.kind === 'wait') this.#reconnect();
      return outcome;
    }
  }

  /** Closes connections, also those on which an answer is still awaited. */
  close(): void {
    this.#agent.destroy();
  }

  /** One for each request, since the client's buffer takes as many slots as a batch may have lines. */
  #api(precision: LinePrecision, lines: number): WriteApi {
    const { org, bucket } = this.#target;
    return this.#client.getWriteApi(org, bucket, precision, {
      maxRetries: 0,
      batchSize: lines + 1,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      gzipThreshold: GZIP_THRESHOLD,
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
