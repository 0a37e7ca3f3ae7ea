import type { Log } from '../log.js';

/** Something that was worth a line in the log. */
export type Happening = {
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  /** The reason from a fixed list and the cause, where the log tells them. */
  readonly reason: string | undefined;
  readonly cause: string | undefined;
};

/** How many are kept for the status page. */
const KEPT = 10;

/** Keeps the last lines that went to a log, so that the status page can show them. */
export class Happenings {
  readonly log: Log;
  readonly #last: Happening[] = [];

  constructor(log: Log, now: () => number) {
    const note = (level: Happening['level'], message: string, details?: Record<string, unknown>) => {
      this.#last.push({
        at: now(),
        level,
        message,
        reason: textOf(details?.['reason']),
        cause: textOf(details?.['cause']),
      });
      if (this.#last.length > KEPT) this.#last.shift();
      log[level](message, details);
    };
    this.log = {
      error: (message, details) => note('error', message, details),
      warn: (message, details) => note('warn', message, details),
      info: (message, details) => note('info', message, details),
      debug: (message, details) => log.debug(message, details),
    };
  }

  /** Latest first. */
  recent(): readonly Happening[] {
    return this.#last.toReversed();
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 300) : undefined;
}
