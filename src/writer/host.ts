import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Obstacle } from '../influx/delivery.js';
import type { InfluxTarget } from '../influx/influx-writer.js';
import type { BatchLine } from '../influx/line-batch.js';
import type { Log } from '../log.js';
import type { TallySnapshot } from '../pipeline/tally.js';
import type { FromWriter, ToWriter, WriterData } from './messages.js';
import { withoutValues } from './without-values.js';

/** Wait before the thread is started again after it died; doubled each time, up to a minute. */
const RESTART_MS = 1_000;
const LONGEST_RESTART_MS = 60_000;

/** A quarter of what Node.js takes by itself: little that the writer makes lives for long. With half the memory was 22 MB more, for nothing. */
const YOUNG_GENERATION_MB = 12;

/**
 * Far more than the writer needs. By itself Node.js takes 4 GB for the limit on large machines, and lets garbage pile up accordingly: 70 MB
 * more at full speed. On small ones its own limit is lower, and stays.
 */
const OLD_GENERATION_MB = Math.min(1_024, getHeapStatistics().heap_size_limit / 2 ** 20);

/**
 * By how much a heap may have grown, in percent of what was in use after the last full collection, before there is another one. V8 alone
 * lets it grow by a tenth to a third, several times a second; with this it is a tenth less CPU for 20 MB. Where a later V8 does not know the
 * flag, it says so and goes on.
 */
const HEAP_GROWING_PERCENT = 100;

/** How the writing side stands. */
export type WriterState = {
  readonly tally: TallySnapshot;
  /** What writing waits for; undefined where nothing is in the way. */
  readonly obstacle: Obstacle | { readonly reason: 'writer_failed'; readonly message: string } | undefined;
  /** Since when the obstacle is there, ms since 1970. */
  readonly obstacleSince: number | undefined;
};

const EMPTY: TallySnapshot = {
  points: {},
  events: {},
  omissions: {},
  refusals: {},
  superseded: 0,
  batches: 0,
  distinct: undefined,
};

/** Runs the writer in a thread of its own, so that no amount of writing delays an answer to Zoom. Starts it again if it dies. */
export class WriterHost {
  readonly #data: WriterData;
  readonly #log: Log;
  #worker: Worker | undefined;
  #target: InfluxTarget | undefined;
  #tally = EMPTY;
  #obstacle: WriterState['obstacle'];
  #obstacleSince: number | undefined;
  #deaths = 0;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;
  #onStopped: (everythingWritten: boolean) => void = () => {};

  constructor(data: WriterData, log: Log) {
    this.#data = data;
    this.#log = log;
    this.#obstacle = { reason: 'not_configured', message: 'InfluxDB is not ready yet' };
    this.#obstacleSince = Date.now();
    this.#start();
  }

  get state(): WriterState {
    return { tally: this.#tally, obstacle: this.#obstacle, obstacleSince: this.#obstacleSince };
  }

  /** Where to write from now on. */
  setTarget(target: InfluxTarget): void {
    this.#target = target;
    if (this.#obstacle?.reason === 'not_configured') {
      // Whether it works shows with the first line: nothing is said of it yet.
      this.#obstacle = undefined;
      this.#obstacleSince = undefined;
    }
    this.#tell({ type: 'target', target });
  }

  /** A line about the bridge itself. */
  writeOwn(line: BatchLine): void {
    this.#tell({ type: 'own_line', line });
  }

  /**
   * Writes what waits and ends the thread, within `graceMs`. What could not be written stays in the spool for the next start.
   * Resolves with whether everything was written.
   */
  async stop(graceMs: number): Promise<boolean> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return false;
    const stopped = new Promise<boolean>((resolve) => {
      this.#onStopped = resolve;
    });
    this.#tell({ type: 'stop' });
    const abort = setTimeout(() => this.#tell({ type: 'abort' }), graceMs * 0.8);
    const giveUp = setTimeout(() => this.#onStopped(false), graceMs);
    const everythingWritten = await stopped;
    clearTimeout(abort);
    clearTimeout(giveUp);
    await worker.terminate();
    return everythingWritten;
  }

  #tell(message: ToWriter): void {
    this.#worker?.postMessage(message);
  }

  #start(): void {
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
    const worker = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: this.#data,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
        maxOldGenerationSizeMb: OLD_GENERATION_MB,
      },
    });
    this.#worker = worker;
    worker.on('message', (message: FromWriter) => this.#hear(message));
    worker.once('error', (error: Error) => this.#died(error));
    worker.once('exit', () => this.#onStopped(false));
    if (this.#target !== undefined) this.#tell({ type: 'target', target: this.#target });
  }

  #hear(message: FromWriter): void {
    switch (message.type) {
      case 'state':
        this.#tally = message.tally;
        if (message.tally.batches > 0) this.#recovered(message.obstacle);
        break;
      case 'obstacle':
        // The thread can begin before it hears where to write, which is on its way.
        if (message.obstacle?.reason === 'not_configured' && this.#target !== undefined) break;
        this.#note(message.obstacle);
        break;
      case 'refused':
        this.#log.warn('InfluxDB refused points; they are in quarantine', {
          count: message.count,
          reason: message.reason,
          first: message.message,
        });
        break;
      case 'address_file':
        this.#noteAddressFile(message);
        break;
      case 'archive':
        this.#log.error('old files of the archive can not be deleted', { error: message.error });
        break;
      case 'stopped':
        this.#onStopped(message.everythingWritten);
        break;
    }
  }

  #noteAddressFile({ setting, title, file, error }: FromWriter & { readonly type: 'address_file' }): void {
    if (error === undefined) this.#log.info(`${title} was read again`, { setting, file });
    else
      this.#log.error(`${title} has changed and can not be used; the old one stays`, {
        setting,
        file,
        error,
      });
  }

  /** A thread that was started again has written. */
  #recovered(obstacle: Obstacle | undefined): void {
    this.#deaths = 0;
    if (this.#obstacle?.reason === 'writer_failed') this.#note(obstacle);
  }

  #note(obstacle: WriterState['obstacle']): void {
    const before = this.#obstacle;
    this.#obstacle = obstacle;
    if (obstacle === undefined) {
      if (before !== undefined) this.#log.info('writing to InfluxDB works', { was: before.reason });
      this.#obstacleSince = undefined;
      return;
    }
    this.#obstacleSince ??= Date.now();
    if (before?.reason === obstacle.reason) return;
    this.#log.warn('InfluxDB does not take points; events wait on disk', {
      reason: obstacle.reason,
      cause: obstacle.message,
    });
  }

  #died(error: Error): void {
    this.#worker = undefined;
    this.#deaths += 1;
    const wait = Math.min(LONGEST_RESTART_MS, RESTART_MS * 2 ** (this.#deaths - 1));
    const message = withoutValues(error.message);
    this.#note({ reason: 'writer_failed', message });
    this.#log.error('the writer failed and is started again', {
      error: message,
      stack: withoutValues(error.stack ?? ''),
      wait_ms: wait,
    });
    if (!this.#stopping) this.#restart = setTimeout(() => this.#start(), wait);
  }
}
