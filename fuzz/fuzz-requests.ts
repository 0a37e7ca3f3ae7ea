import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Random } from '../src/simulator/random.js';
import { BRIDGE_SECRET, type BridgeProcess, startBridgeProcess } from '../test/helpers/bridge-process.js';
import type { Teardown } from '../test/helpers/influx.js';
import { FuzzFailure } from './failure.js';
import { mutateRequest } from './mutate-request.js';
import { sampleRequests } from './sample-requests.js';

/** What was done, for the report. */
export type RequestFigures = {
  readonly requests: number;
  /** Answers by status; `none` where the connection was closed without one. */
  readonly answers: Readonly<Record<string, number>>;
  /** Valid events that were posted meanwhile; all were acknowledged, the slowest in so many ms. */
  readonly validEvents: number;
  readonly slowestMs: number;
  /** Memory of the bridge in MiB: after the first tenth, at most, in the end. Undefined where the system does not tell. */
  readonly memory: { readonly early: number; readonly most: number; readonly end: number } | undefined;
  readonly seconds: number;
};

export type RequestFuzz = {
  readonly seed: number;
  readonly requests: number;
  readonly first?: number;
  readonly progress: (line: string) => void;
};

/** Connections at a time. */
const TOGETHER = 32;

/** After so many requests a valid event is posted, and the memory looked at. */
const LOOK_EVERY = 250;

/** A connection that is neither answered nor closed by then is given up: the request lacks its end, and the bridge waits for it. */
const GIVE_UP_MS = 500;

/** A sender that has closed its half while the event is being stored gets no answer. */
const CLOSE_AFTER_MS = 200;

/** As long as a valid event may take, ms: Zoom's own limit. */
const VALID_MS = 3_000;

/** How much more memory the bridge may have at the end, and at the worst moment, than after the first tenth, MiB. */
const MORE_AT_END = 100;
const MORE_AT_MOST = 250;

/** With fewer requests the memory is still that of a program that has just begun. */
const JUDGED_FROM = 10_000;

const EVENT = JSON.stringify({
  event: 'meeting.started',
  event_ts: 1_760_000_061_000,
  payload: { account_id: 'a', object: { uuid: 'u==', id: '1', topic: 'Topic' } },
});

/**
 * Sends changed requests to a real bridge.
 *
 * @throws {FuzzFailure} where the bridge ends, does not acknowledge a valid event, fails inside, or takes more and more memory
 */
export async function fuzzRequests(
  t: Teardown,
  { seed, requests, first = 0, progress }: RequestFuzz,
): Promise<RequestFigures> {
  const bridge = await startBridgeProcess(t, {
    INFLUX_URL: 'http://127.0.0.1:9',
    INFLUX_ORG: 'o',
    INFLUX_TOKEN: 't',
    INFLUX_BUCKET: 'zoom',
  });
  const { port } = new URL((await bridge.status()).receiver.webhookUrl);
  const run = new Run(bridge, Number(port), seed);
  const since = performance.now();
  for (let start = first; start < first + requests; start += LOOK_EVERY) {
    const end = Math.min(start + LOOK_EVERY, first + requests);
    await run.send(start, end);
    await run.look(start, end);
    if (end - first >= requests / 10) run.noteEarly();
    if (Math.floor(end / 10_000) > Math.floor(start / 10_000)) progress(`${end - first} requests`);
  }
  const memory = run.judgeMemory(requests >= JUDGED_FROM);
  await bridge.end('SIGTERM');
  return {
    requests,
    answers: run.answers,
    validEvents: run.validEvents,
    slowestMs: run.slowestMs,
    memory,
    seconds: (performance.now() - since) / 1000,
  };
}

class Run {
  readonly answers: Record<string, number> = {};
  validEvents = 0;
  slowestMs = 0;
  readonly #bridge: BridgeProcess;
  readonly #port: number;
  readonly #seed: number;
  readonly #samples: readonly Buffer[];
  #early: number | undefined;
  #most = 0;

  constructor(bridge: BridgeProcess, port: number, seed: number) {
    this.#bridge = bridge;
    this.#port = port;
    this.#seed = seed;
    this.#samples = sampleRequests(BRIDGE_SECRET, Math.floor(Date.now() / 1000), EVENT);
  }

  async send(start: number, end: number): Promise<void> {
    let next = start;
    const one = async () => {
      while (next < end) {
        const number = next;
        next += 1;
        const status = await exchange(this.#port, this.#requestOf(number));
        this.answers[status] = (this.answers[status] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, one));
  }

  /** Only a request's own number and the seed decide what is sent, and the time when all began, which some hold. */
  #requestOf(number: number): Buffer {
    const random = new Random(this.#seed).fork(String(number));
    const sample = this.#samples[random.whole(0, this.#samples.length - 1)] ?? Buffer.alloc(0);
    return mutateRequest(sample, random);
  }

  async look(start: number, end: number): Promise<void> {
    const fail = (what: string) =>
      new FuzzFailure(
        `${what}, after requests ${start} to ${end}\nsee it again: npm run fuzz -- requests --seed ${this.#seed} --first ${start} --requests ${end - start}`,
      );
    const { status, error, ms } = await this.#bridge.post(EVENT.replace('"u=="', `"u${end}=="`));
    if (status !== 204) throw fail(`a valid event was answered with ${status ?? error}`);
    if (ms > VALID_MS) throw fail(`a valid event took ${ms.toFixed(0)} ms`);
    this.validEvents += 1;
    this.slowestMs = Math.max(this.slowestMs, Math.round(ms));
    this.#most = Math.max(this.#most, memoryOf(this.#bridge.pid) ?? 0);
    const fault = this.#bridge.log.find(({ level }) => level === 'error');
    if (fault !== undefined) throw fail(`the bridge says ${JSON.stringify(fault)}`);
  }

  noteEarly(): void {
    this.#early ??= memoryOf(this.#bridge.pid);
  }

  judgeMemory(strictly: boolean): RequestFigures['memory'] {
    const end = memoryOf(this.#bridge.pid);
    if (this.#early === undefined || end === undefined) return undefined;
    if (strictly && (end > this.#early + MORE_AT_END || this.#most > this.#early + MORE_AT_MOST))
      throw new FuzzFailure(
        `the bridge took ${this.#early} MiB after the first tenth, ${this.#most} at most and ${end} in the end (seed ${this.#seed})`,
      );
    return { early: this.#early, most: this.#most, end };
  }
}

/** Sends bytes, closes this half a moment later, and gives the status of the first whole answer. Never throws. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let text = '';
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      clearTimeout(closing);
      resolve(/^HTTP\/1\.1 ([2-5]\d\d) /m.exec(text)?.[1] ?? 'none');
    };
    const timer = setTimeout(end, GIVE_UP_MS);
    const closing = setTimeout(() => socket.end(), CLOSE_AFTER_MS);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      if (text.length < 400) text += chunk;
      if (/^HTTP\/1\.1 [2-5]/m.test(text)) socket.end();
    });
    socket
      .once('end', end)
      .once('close', end)
      .on('error', () => {});
    socket.write(bytes);
  });
}

/** In MiB. Linux only. */
function memoryOf(pid: number): number | undefined {
  try {
    return Math.round((Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1024 ** 2);
  } catch {
    return undefined;
  }
}
