import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { signBody } from '../zoom/signature.js';
import { Gate } from './gate.js';
import { type Answer, Poster } from './post.js';
import { MINUTE } from './time.js';

/** When Zoom tries again, counted from the first try: 5 minutes, 20 more, 60 more. */
export const ZOOM_RETRY_DELAYS_MS: readonly number[] = [5 * MINUTE, 25 * MINUTE, 85 * MINUTE];

/** Zoom waits this long for an answer. */
export const ZOOM_TIMEOUT_MS = 3000;

export interface SenderOptions {
  readonly url: string;
  /** The app's webhook secret token. */
  readonly secret: string;
  /** Requests under way at a time; default 64. */
  readonly concurrency?: number;
  /** Default {@link ZOOM_TIMEOUT_MS}. */
  readonly timeoutMs?: number;
  /** Times of the retries after the first try; `[]` for none; default {@link ZOOM_RETRY_DELAYS_MS}. */
  readonly retryDelaysMs?: readonly number[];
  /** Multiplies `retryDelaysMs`: 0.001 makes 300 ms of the five minutes; default 1. */
  readonly retryScale?: number;
  /** Retries repeat the first timestamp and signature; Zoom documents neither way; default false. */
  readonly keepStamp?: boolean;
  /** Sent with every request, such as an extra `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowSelfSigned?: boolean;
  /** The clock that stamps requests, ms since the epoch. */
  readonly now?: () => number;
}

/** How the delivery of one event ended, after all its tries. */
export interface Outcome {
  readonly result: 'delivered' | 'refused' | 'given up' | 'abandoned';
  readonly attempts: number;
  /** The last answer. */
  readonly answer: Answer;
}

/** Counts since the start; `byStatus` counts every try, by HTTP status, `timeout` or error code. */
export interface SenderCounts {
  posted: number;
  delivered: number;
  /** Tries beyond the first. */
  retried: number;
  refused: number;
  givenUp: number;
  abandoned: number;
  readonly byStatus: Record<string, number>;
}

/**
 * Delivers events the way Zoom does: signed, answered within three seconds or else tried again, later and
 * later; 200 and 204 (any 2xx on a retry) mean delivered, all below 500 else mean lost.
 */
export class Sender {
  readonly counts: SenderCounts = {
    posted: 0,
    delivered: 0,
    retried: 0,
    refused: 0,
    givenUp: 0,
    abandoned: 0,
    byStatus: {},
  };
  readonly #secret: string;
  readonly #poster: Poster;
  readonly #gate: Gate;
  readonly #retryDelaysMs: readonly number[];
  readonly #keepStamp: boolean;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<Outcome>>();

  /** @throws SimulatorOptionError for a URL that is not http or https */
  constructor(options: SenderOptions) {
    const { concurrency = 64, retryScale = 1, retryDelaysMs = ZOOM_RETRY_DELAYS_MS } = options;
    this.#secret = options.secret;
    this.#poster = new Poster({
      url: options.url,
      timeoutMs: options.timeoutMs ?? ZOOM_TIMEOUT_MS,
      maxConnections: concurrency,
      allowSelfSigned: options.allowSelfSigned ?? false,
    });
    this.#gate = new Gate(concurrency);
    this.#retryDelaysMs = retryDelaysMs.map((delay) => delay * retryScale);
    this.#keepStamp = options.keepStamp ?? false;
    this.#headers = options.headers ?? {};
    this.#now = options.now ?? Date.now;
    // Every retry that waits listens for the end; in an outage these are many.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Resolves when a request can go out at once; await it before `send` to bound what waits in memory. */
  ready(): Promise<void> {
    return this.#gate.whenFree();
  }

  /** Delivers one event, retries included; never rejects. */
  send(event: object): Promise<Outcome> {
    this.counts.posted++;
    const delivery = this.#deliver(Buffer.from(JSON.stringify(event)));
    this.#open.add(delivery);
    void delivery.finally(() => this.#open.delete(delivery));
    return delivery;
  }

  /** Resolves when every event has its outcome. */
  async idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  /** Abandons the retries that wait and closes the connections once the requests under way are done. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.idle();
    this.#poster.close();
  }

  async #deliver(body: Buffer): Promise<Outcome> {
    const identity = this.#identify(body);
    let stamp = this.#stamp(body);
    const startedAt = performance.now();
    for (let attempts = 1; ; attempts++) {
      const answer = await this.#try(body, { ...identity, ...stamp });
      const verdict = judge(answer, attempts);
      if (verdict !== 'retry') return this.#finish(verdict, attempts, answer);
      const delay = this.#retryDelaysMs[attempts - 1];
      if (delay === undefined) return this.#finish('given up', attempts, answer);
      const mayGoOn = await this.#pause(startedAt + delay - performance.now());
      if (!mayGoOn) return this.#finish('abandoned', attempts, answer);
      this.counts.retried++;
      if (!this.#keepStamp) stamp = this.#stamp(body);
    }
  }

  async #try(body: Buffer, headers: Record<string, string | number>): Promise<Answer> {
    await this.#gate.enter();
    try {
      const answer = await this.#poster.post(body, headers);
      const label = answer.status ?? answer.reason;
      this.counts.byStatus[label] = (this.counts.byStatus[label] ?? 0) + 1;
      return answer;
    } finally {
      this.#gate.leave();
    }
  }

  /** Waits for a retry's time; false if the sender closes before. */
  async #pause(ms: number): Promise<boolean> {
    if (this.#closing.signal.aborted) return false;
    return wait(Math.max(0, ms), true, { signal: this.#closing.signal }).catch(() => false);
  }

  #finish(result: Outcome['result'], attempts: number, answer: Answer): Outcome {
    if (result === 'given up') this.counts.givenUp++;
    else this.counts[result]++;
    return { result, attempts, answer };
  }

  /** What stays the same over all tries of one event. */
  #identify(body: Buffer): Record<string, string | number> {
    return {
      'user-agent': 'Zoom Marketplace/1.0a',
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'x-zm-request-id': randomUUID().replaceAll('-', '_'),
      'x-zm-trackingid': `v=2.0;clid=us01;rid=WEB_${randomUUID().replaceAll('-', '')}`,
      ...this.#headers,
    };
  }

  #stamp(body: Buffer): Record<string, string> {
    const timestamp = String(Math.floor(this.#now() / 1000));
    return { 'x-zm-request-timestamp': timestamp, 'x-zm-signature': signBody(this.#secret, timestamp, body) };
  }
}

// A bad certificate or host name and a failed TLS handshake are not among the failures that Zoom tries again.
const TLS_FAULT = /CERT|TLS|SSL|EPROTO|UNABLE_TO_/;

function judge(answer: Answer, attempts: number): 'delivered' | 'refused' | 'retry' {
  const { status } = answer;
  if (status === undefined) return TLS_FAULT.test(answer.reason) ? 'refused' : 'retry';
  if (status >= 500) return 'retry';
  const isSuccess = attempts === 1 ? status === 200 || status === 204 : status >= 200 && status < 300;
  return isSuccess ? 'delivered' : 'refused';
}
