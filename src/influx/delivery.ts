import { nextWaitMs } from './backoff.js';
import type { InfluxWriter } from './influx-writer.js';
import type { BatchLine } from './line-batch.js';
import { LineBlock, type LinePart } from './line-block.js';
import { findRefused } from './refused-lines.js';
import type { WaitReason, WriteOutcome } from './write-outcome.js';

/** A line that InfluxDB will never take, and why. */
export type Refusal = {
  readonly line: BatchLine;
  readonly reason: 'influx_bad_line' | 'influx_refused';
  readonly message: string;
};

/** What writing has to wait for at present; undefined when it works. */
export type Obstacle = { readonly reason: WaitReason; readonly message: string };

/** What the delivery needs from its surroundings. */
export type DeliveryOptions = {
  readonly random: () => number;
  /** Told of every change: an obstacle, another one, none. */
  readonly onObstacle: (obstacle: Obstacle | undefined) => void;
};

/** Brings batches to InfluxDB, waiting as long as it takes, and finds out which lines it refuses. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #writer: InfluxWriter | undefined;
  /** What each of the requests that have to be made again waits for, the latest last. */
  readonly #obstacles = new Map<LinePart, Obstacle>();
  readonly #pauses = new Set<() => void>();
  #stopping = false;
  #closed = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Where to write from now on; a waiting delivery tries at once. */
  setWriter(writer: InfluxWriter): void {
    this.#writer?.close();
    this.#writer = writer;
    this.#wake();
  }

  get obstacle(): Obstacle | undefined {
    return [...this.#obstacles.values()].at(-1);
  }

  /** From now on an attempt that fails is the last one. */
  stop(): void {
    this.#stopping = true;
    this.#wake();
  }

  /** Breaks off a request under way and begins no other. */
  close(): void {
    this.#closed = true;
    this.stop();
    this.#writer?.close();
  }

  /** Writes all lines but those that InfluxDB refuses, which are returned. Undefined: given up because of {@link stop} or {@link close}. */
  async deliver(given: readonly BatchLine[] | LineBlock): Promise<readonly Refusal[] | undefined> {
    if (given.length === 0) return [];
    return together(
      await Promise.all(
        LineBlock.of(given)
          .parts()
          .map((part) => this.#deliverPart(part)),
      ),
    );
  }

  async #deliverPart(part: LinePart): Promise<readonly Refusal[] | undefined> {
    const outcome = await this.#sendUntilAnswered(part);
    if (outcome === undefined) return undefined;
    if (outcome.kind === 'stored') return [];
    const lines = part.lines();
    switch (outcome.kind) {
      case 'partial':
        return findRefused(lines, outcome.dropped, outcome.message).map((line) => ({
          line,
          reason: 'influx_refused',
          message: outcome.message,
        }));
      case 'bad_line':
      case 'too_large': {
        const [only] = lines;
        if (lines.length === 1 && only !== undefined)
          return [{ line: only, reason: 'influx_bad_line', message: outcome.message }];
        return this.#inHalves(lines);
      }
    }
  }

  async #inHalves(lines: readonly BatchLine[]): Promise<readonly Refusal[] | undefined> {
    const middle = Math.ceil(lines.length / 2);
    const first = await this.#deliverPart(LineBlock.of(lines.slice(0, middle)).whole());
    if (first === undefined) return undefined;
    return together([first, await this.#deliverPart(LineBlock.of(lines.slice(middle)).whole())]);
  }

  async #sendUntilAnswered(part: LinePart): Promise<Exclude<WriteOutcome, { kind: 'wait' }> | undefined> {
    for (let failures = 1; !this.#closed; failures += 1) {
      const outcome: WriteOutcome = (await this.#writer?.send(part.bytes, part.precision)) ?? {
        kind: 'wait',
        reason: 'not_configured',
        message: 'InfluxDB is not ready yet',
        retryAfterSeconds: undefined,
      };
      if (outcome.kind !== 'wait') {
        this.#note(part, undefined);
        return outcome;
      }
      this.#note(part, { reason: outcome.reason, message: outcome.message });
      if (this.#stopping) return undefined;
      await this.#pause(nextWaitMs(failures, outcome.retryAfterSeconds, this.#options.random));
    }
    return undefined;
  }

  #note(part: LinePart, obstacle: Obstacle | undefined): void {
    const before = this.obstacle;
    const waited = this.#obstacles.delete(part);
    if (obstacle !== undefined) this.#obstacles.set(part, obstacle);
    // InfluxDB is back: what waits beside need not wait any longer.
    else if (waited) this.#wake();
    const now = this.obstacle;
    if (before?.reason !== now?.reason) this.#options.onObstacle(now);
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#pauses.add(end);
    });
  }

  #wake(): void {
    for (const end of [...this.#pauses]) end();
  }
}

function together(parts: readonly (readonly Refusal[] | undefined)[]): readonly Refusal[] | undefined {
  const refusals: Refusal[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    refusals.push(...part);
  }
  return refusals;
}
