import { type AccountOptions, createAccount } from './account.js';
import { writeEventFile } from './event-file.js';
import type { UrlValidationEvent } from './event-types.js';
import { type Posting, withExtras } from './extras.js';
import { type Clock, pace, realClock } from './pace.js';
import { Sender } from './sender.js';
import { type SimulationSummary, Tally } from './tally.js';
import { MINUTE, SECOND } from './time.js';
import { checkUrlValidation } from './url-validation.js';

/** Makes the retries of an outage scenario quick: 3 s, 15 s and 51 s. */
const OUTAGE_RETRY_SCALE = 0.01;
const DEFAULT_DUPLICATES = 0.01;
const DEFAULT_UNKNOWN = 0.005;

export interface SimulationOptions extends Omit<AccountOptions, 'startTime'> {
  /** Where to post; not used with `to: { file }`. */
  readonly url: string;
  /** The webhook secret token that signs. */
  readonly secret: string;
  /** Model minutes to post; default: until `signal` aborts. */
  readonly minutes?: number;
  /** Model time of the first event; default: `minutes` ago, or now. */
  readonly startTime?: number;
  /** Catching up with the present: model time per real time; default: without limit. */
  readonly speed?: number;
  /** Events a second at most; default: without limit. */
  readonly rate?: number;
  /** Requests under way at a time; default 64. */
  readonly concurrency?: number;
  /** Share of the events posted twice; default 0.01. */
  readonly duplicates?: number;
  /** Events that QSS does not have, per event; default 0.005. */
  readonly unknown?: number;
  /** Validate the URL first, as Zoom does; default true. */
  readonly validate?: boolean;
  /** 1 retries as late as Zoom, 0.001 a thousand times sooner, 0 not at all; default 0, in `outage` 0.01. */
  readonly retryScale?: number;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowSelfSigned?: boolean;
  readonly signal?: AbortSignal;
  /** Called about once a second and at the end. */
  readonly onProgress?: (summary: SimulationSummary) => void;
  /** `http`, or a file that gets one JSON event a line. */
  readonly to?: 'http' | { readonly file: string };
  readonly clock?: Clock;
}

/**
 * Has a synthetic account post to a receiver (or write to a file) until its minutes are over or the signal
 * aborts, which also abandons retries that wait. Delivery faults are counted, not thrown.
 * @throws SimulatorOptionError for an option out of range
 * @throws UrlValidationError if the receiver does not answer the URL validation as Zoom wants
 */
export async function runSimulation(options: SimulationOptions): Promise<SimulationSummary> {
  const tally = new Tally();
  const postings = pacedPostings(options);
  const { to = 'http', onProgress } = options;
  const file = to === 'http' ? undefined : to.file;
  const sender = file === undefined ? createSender(options) : undefined;
  const summarize = (): SimulationSummary => tally.summarize(sender?.counts);
  const progress = onProgress && setInterval(() => onProgress(summarize()), SECOND);
  try {
    if (sender !== undefined) await postAll(postings, sender, options, tally);
    if (file !== undefined) await writeAll(postings, file, tally);
  } finally {
    clearInterval(progress);
  }
  onProgress?.(summarize());
  return summarize();
}

function pacedPostings(options: SimulationOptions): AsyncGenerator<Posting, void, undefined> {
  const {
    clock = realClock,
    minutes,
    signal,
    seed = 1,
    duplicates = DEFAULT_DUPLICATES,
    unknown = DEFAULT_UNKNOWN,
  } = options;
  const startTime = options.startTime ?? Math.floor(clock.now() - (minutes ?? 0) * MINUTE);
  const endTime = minutes === undefined ? Number.POSITIVE_INFINITY : startTime + minutes * MINUTE;
  const account = createAccount({ ...options, startTime });
  const extras = { seed, duplicates, unknown, people: account.staff };
  const pacing = {
    speed: options.speed ?? Number.POSITIVE_INFINITY,
    rate: options.rate ?? Number.POSITIVE_INFINITY,
  };
  return pace(withExtras(before(endTime, account.events()), extras), { ...pacing, signal, clock });
}

function* before<Item extends { readonly at: number }>(
  end: number,
  events: Iterable<Item>,
): Generator<Item, void, undefined> {
  for (const event of events) {
    if (event.at >= end) return;
    yield event;
  }
}

function createSender(options: SimulationOptions): Sender {
  const { scenario, retryScale = scenario === 'outage' ? OUTAGE_RETRY_SCALE : 0 } = options;
  return new Sender({ ...options, retryScale, ...(retryScale === 0 && { retryDelaysMs: [] }) });
}

async function postAll(
  postings: AsyncIterable<Posting>,
  sender: Sender,
  options: SimulationOptions,
  tally: Tally,
): Promise<void> {
  const { signal, validate = true } = options;
  const abandon = (): void => void sender.close();
  signal?.addEventListener('abort', abandon, { once: true });
  try {
    for await (const posting of postings) {
      const { event } = posting;
      if (event.event === 'endpoint.url_validation') {
        if (validate) await validateUrl(event, options);
        continue;
      }
      await sender.ready();
      tally.countPosted(posting);
      void sender.send(event).then((outcome) => tally.countOutcome(outcome));
    }
    await sender.idle();
  } finally {
    signal?.removeEventListener('abort', abandon);
    await sender.close();
  }
}

async function writeAll(postings: AsyncIterable<Posting>, file: string, tally: Tally): Promise<void> {
  await writeEventFile(file, postings, (posting) => {
    tally.countPosted(posting);
    tally.countAccepted();
  });
}

async function validateUrl(event: UrlValidationEvent, options: SimulationOptions): Promise<void> {
  const sender = new Sender({ ...options, retryDelaysMs: [] });
  try {
    checkUrlValidation(event, options.secret, await sender.send(event));
  } finally {
    await sender.close();
  }
}
