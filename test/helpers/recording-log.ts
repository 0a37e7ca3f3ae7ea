import type { Log } from '../../src/log.js';

/** One call of the log. */
export type LogEntry = {
  readonly level: keyof Log;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
};

/** A log that keeps what it is told. */
export type RecordingLog = Log & { readonly entries: LogEntry[] };

export function recordingLog(): RecordingLog {
  const entries: LogEntry[] = [];
  const keep =
    (level: keyof Log) =>
    (message: string, details: Record<string, unknown> = {}) => {
      entries.push({ level, message, details });
    };
  return {
    entries,
    error: keep('error'),
    warn: keep('warn'),
    info: keep('info'),
    debug: keep('debug'),
  };
}
