import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '../error-text.js';
import type { Log } from '../log.js';
import { describeExit, type InfluxdExit, type RunningInfluxd } from './running-influxd.js';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;
const GROWTH = 2;
/** One that ran for this long is well again: the next death is a new trouble with a short delay. */
const WELL_AFTER_MS = 60_000;

/** How to keep an InfluxDB running. */
export interface SuperviseOptions {
  /** The one that runs now. */
  running: RunningInfluxd;
  /** Starts it again, on the same port. */
  start: (port: number) => Promise<RunningInfluxd>;
  log?: Log;
  /** Told each time that it died; not when it was stopped. */
  onExit?: (exit: InfluxdExit) => void;
  /** Told each time that it runs again. */
  onRestart?: (running: RunningInfluxd) => void;
  firstDelayMs?: number;
}

/** An InfluxDB that is started again whenever it dies. */
export interface SupervisedInfluxd {
  /** @returns the process number of the one that runs, or ran last. */
  pid(): number;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Starts an InfluxDB again whenever it dies, on the same port, after a delay that grows from 0.5 s to 60 s. */
export function superviseInfluxd(options: SuperviseOptions): SupervisedInfluxd {
  const { start, log, firstDelayMs = FIRST_DELAY_MS } = options;
  const stopping = new AbortController();
  let running = options.running;
  let wait = firstDelayMs;

  const again = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) {
        return;
      }
      wait = Math.min(wait * GROWTH, LONGEST_DELAY_MS);
      try {
        running = await start(running.port);
        log?.info('InfluxDB runs again', { url: running.url, pid: running.pid });
        options.onRestart?.(running);
        return;
      } catch (error) {
        log?.error('InfluxDB can not be started again', { reason: errorText(error), nextTryMs: wait });
      }
    }
  };
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const exit = await running.exited;
      if (exit.expected || stopping.signal.aborted) {
        return;
      }
      if (performance.now() - startedAt > WELL_AFTER_MS) {
        wait = firstDelayMs;
      }
      log?.error(`InfluxDB died: ${describeExit(exit)}`, { outputTail: exit.outputTail, nextTryMs: wait });
      options.onExit?.(exit);
      await again();
    }
  };
  const watching = watch();
  return {
    pid: () => running.pid,
    stop: async () => {
      stopping.abort();
      await running.stop();
      await watching;
      // A start that was under way when it was told to stop.
      await running.stop();
    },
  };
}
