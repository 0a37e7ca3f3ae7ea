import { setTimeout as delay } from 'node:timers/promises';
import type { ProgramExit, RunningProgram } from './child.js';
import { isHealthy } from './health.js';
import { watchParent } from './parent-watch.js';

const STOP_GRACE_MS = 10_000;
const HEALTH_POLL_MS = 25;

/** How a local InfluxDB ended. */
export interface InfluxdExit extends ProgramExit {
  /** Whether it was asked to. */
  expected: boolean;
}

/** An InfluxDB that this process runs. */
export interface RunningInfluxd {
  url: string;
  port: number;
  pid: number;
  /** Ends it: politely, and after 10 s by force. Resolves when it has ended; may be called again. */
  stop(): Promise<void>;
  /** Sends a signal, for what `stop` does not do. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, whoever ended it; never rejects. */
  exited: Promise<InfluxdExit>;
}

/** InfluxDB was started but is not ready. */
export class InfluxdStartError extends Error {
  readonly code = 'influxd_start_failed';

  constructor(
    reason: string,
    readonly outputTail: string,
  ) {
    super(
      `InfluxDB did not start: ${reason}${outputTail === '' ? '' : `; the last it said:\n${outputTail}`}`,
    );
    this.name = 'InfluxdStartError';
  }
}

/** What {@link whenReady} waits for. */
export interface ReadyOptions {
  program: RunningProgram;
  /** Resolves to the port once it is known. */
  port: Promise<number>;
  startTimeoutMs: number;
  /** Called once when it has ended. */
  cleanUp?: () => Promise<void>;
}

/**
 * Waits until a started InfluxDB answers on `/health`.
 *
 * @throws {@link InfluxdStartError} where it ends before that or takes too long; it then no longer runs
 */
export async function whenReady(options: ReadyOptions): Promise<RunningInfluxd> {
  const { program, startTimeoutMs } = options;
  const { pid } = program;
  if (pid === undefined) {
    throw new InfluxdStartError('the program can not be run', (await program.exited).outputTail);
  }
  const watch = watchParent(pid);
  let asked = false;
  let ended = false;
  const exited = program.exited.then(async (exit): Promise<InfluxdExit> => {
    ended = true;
    watch.cancel();
    await options.cleanUp?.().catch(() => undefined);
    return { ...exit, expected: asked };
  });
  const stop = async (): Promise<void> => {
    asked = true;
    program.kill('SIGTERM');
    const timer = setTimeout(() => program.kill('SIGKILL'), STOP_GRACE_MS);
    await exited;
    clearTimeout(timer);
  };
  const deadline = Date.now() + startTimeoutMs;
  const port = await Promise.race([
    options.port,
    exited.then(() => undefined),
    delay(startTimeoutMs, undefined, { ref: false }),
  ]);
  const url = `http://127.0.0.1:${port}`;
  while (port !== undefined && !ended && Date.now() < deadline) {
    if (await isHealthy(url)) {
      return { url, port, pid, stop, kill: program.kill, exited };
    }
    await delay(HEALTH_POLL_MS);
  }
  const reason = ended
    ? describeExit(await program.exited)
    : `it was not healthy within ${startTimeoutMs / 1_000} s`;
  await stop();
  throw new InfluxdStartError(reason, program.outputTail());
}

/** @returns how it ended, for people. */
export function describeExit(exit: ProgramExit): string {
  return exit.signal === null ? `it ended with exit code ${exit.exitCode}` : `it was ended by ${exit.signal}`;
}
