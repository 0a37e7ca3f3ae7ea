import { Delivery, type Refusal } from '../src/influx/delivery.js';
import { type InfluxTarget, InfluxWriter } from '../src/influx/influx-writer.js';
import type { BatchLine } from '../src/influx/line-batch.js';
import { happenedAt, parseEvent, Worker } from '../src/pipeline/work.js';
import { LruMap } from '../src/points/lru-map.js';
import { PointMaker } from '../src/points/make-points.js';
import { makeShield } from '../src/points/privacy.js';
import type { Timed } from '../src/points/timed.js';
import { CONTEXT_TAG_NAMES } from '../src/settings/context-tags.js';
import { Random } from '../src/simulator/random.js';
import type { SeenEntry } from '../src/spool/seen.js';
import { FuzzFailure } from './failure.js';
import { faultOf } from './line-check.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import { sampleEvents } from './sample-events.js';

/** What was done, for the report. */
export type EventFigures = {
  readonly events: number;
  /** Events by what became of them. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly lines: number;
  /** Lines that InfluxDB refused for a reason that the documents name. */
  readonly refused: number;
  readonly seconds: number;
};

export type EventFuzz = {
  readonly seed: number;
  readonly events: number;
  /** The number of the first event; a multiple of {@link ROUND}, since what was learned is forgotten there. */
  readonly first?: number;
  /** Where lines are written; into a new bucket every so many lines, so that no bucket has millions of series. */
  readonly target: (bucket: number) => Promise<InfluxTarget>;
  readonly progress: (line: string) => void;
};

/** So many events share what is learned; each round begins with nothing, so that a failure can be seen again from there. */
export const ROUND = 5_000;

const ROUNDS_A_BUCKET = 20;
const BATCH_LINES = 5_000;
const PRIVACY = ['full', 'pseudonymous', 'minimal'] as const;

/** As long as one event may take, ms: a pattern that takes for ever on some text is found by this. */
const EVENT_MS = 5_000;

/**
 * Sends changed events through all that makes points of them, and the lines into InfluxDB.
 *
 * @throws {FuzzFailure} where an exception leaves, a line is not as it should be, or InfluxDB does not take it
 */
export async function fuzzEvents({
  seed,
  events,
  first = 0,
  target,
  progress,
}: EventFuzz): Promise<EventFigures> {
  const samples = sampleEvents();
  const outcomes: Record<string, number> = {};
  const since = performance.now();
  const delivery = new Delivery({ random: () => 0, onObstacle: () => {} });
  let lines = 0;
  let refused = 0;
  try {
    for (let start = first; start < first + events; start += ROUND) {
      const round = Math.floor(start / ROUND);
      if (start === first || round % ROUNDS_A_BUCKET === 0)
        delivery.setWriter(new InfluxWriter(await target(Math.floor(round / ROUNDS_A_BUCKET)), 120_000));
      const made = workRound(samples, seed, start, Math.min(ROUND, first + events - start), outcomes);
      for (let at = 0; at < made.length; at += BATCH_LINES) {
        const refusals = (await delivery.deliver(made.slice(at, at + BATCH_LINES))) ?? [];
        judge(refusals, seed, start);
        refused += refusals.length;
      }
      lines += made.length;
      if (round % 10 === 9) progress(`${start + ROUND - first} events, ${lines} lines`);
    }
  } finally {
    delivery.close();
  }
  return { events, outcomes, lines, refused, seconds: (performance.now() - since) / 1000 };
}

function workRound(
  samples: readonly unknown[],
  seed: number,
  start: number,
  count: number,
  outcomes: Record<string, number>,
): BatchLine[] {
  const privacy = PRIVACY[Math.floor(start / ROUND) % PRIVACY.length] ?? 'full';
  const worker = new Worker(
    new PointMaker({
      inputDirection: 'sent',
      thresholds: { latencyMs: 150, jitterMs: 40, lossPct: 2, mos: 3.5 },
      contextTags: CONTEXT_TAG_NAMES,
      privacy,
      shield: makeShield(privacy, Buffer.alloc(32, 1)),
      findSite: (address) => (address.includes('7') ? 'Harbour, upper floors' : undefined),
    }),
  );
  const context = new LruMap<string, Timed>(ROUND * 4);
  const seen = new LruMap<string, SeenEntry>(ROUND * 4);
  const lines: BatchLine[] = [];
  for (let number = start; number < start + count; number += 1) {
    const body = eventOf(samples, seed, number);
    const again = `--seed ${seed} --first ${start} --events ${ROUND}`;
    const fail = (what: string) =>
      new FuzzFailure(
        `event ${number}: ${what}\nsee it again: npm run fuzz -- events ${again}\n${shown(body)}`,
      );
    const since = performance.now();
    try {
      const event = parseEvent({ seq: number, receivedMs: 1_760_000_100_000 + number, again: false, body });
      const at = happenedAt(event);
      if (!Number.isFinite(at)) throw new Error(`it happened at ${at}`);
      const worked = worker.work(event, context, seen);
      const outcome = `${worked.outcome}${worked.reason === undefined ? '' : ` ${worked.reason}`}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (worked.reason === 'bug') throw new Error(`a fault of the bridge: ${worked.quarantine?.detail}`);
      for (const line of worked.lines) {
        const fault = Number.isSafeInteger(line.time)
          ? faultOf(line.text, CONTEXT_TAG_NAMES)
          : `its time is ${line.time}`;
        if (fault !== undefined) throw new Error(`${fault}: ${line.text}`);
        lines.push(line);
      }
    } catch (error) {
      throw fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const took = performance.now() - since;
    if (took > EVENT_MS) throw fail(`it took ${took.toFixed(0)} ms`);
  }
  return lines;
}

function eventOf(samples: readonly unknown[], seed: number, number: number): Buffer {
  const random = new Random(seed).fork(String(number));
  const sample = samples[random.whole(0, samples.length - 1)];
  const bytes = Buffer.from(mutateJson(sample, random));
  return random.chance(0.15) ? mutateBytes(bytes, random, 2) : bytes;
}

/** Points out of the retention are refused, and fields of another type than before; the latter only where types are mixed up. */
function judge(refusals: readonly Refusal[], seed: number, start: number): void {
  for (const { line, reason, message } of refusals) {
    if (reason === 'influx_refused' && /field type conflict/i.test(message)) continue;
    throw new FuzzFailure(
      `InfluxDB does not take a line of event ${line.seq}: ${reason}: ${message}\n` +
        `see it again: npm run fuzz -- events --seed ${seed} --first ${start} --events ${ROUND}\n${line.text} ${line.time}`,
    );
  }
}

function shown(body: Buffer): string {
  return body.length > 4_000
    ? `${body.subarray(0, 4_000).toString()} … (${body.length} bytes)`
    : body.toString();
}
