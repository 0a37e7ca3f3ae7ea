import winston from 'winston';
import type { Settings } from './settings/settings.js';

/** What the parts of the service log with; `details` are counts, names and reasons, never secrets or personal values. */
export type Log = {
  error(message: string, details?: Record<string, unknown>): void;
  warn(message: string, details?: Record<string, unknown>): void;
  info(message: string, details?: Record<string, unknown>): void;
  debug(message: string, details?: Record<string, unknown>): void;
};

/** Says nothing. */
export const SILENT_LOG: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** Makes the logger: one JSON object a line, or readable lines on a terminal. Everything goes to standard error. */
export function makeLog({ level, format }: Settings['log'], terminal: boolean): Log {
  const pretty = format === 'pretty' || (format === undefined && terminal);
  const { combine, timestamp, json, printf } = winston.format;
  const logger = winston.createLogger({
    level,
    format: pretty
      ? combine(
          timestamp(),
          printf(({ timestamp: time, level: label, message, ...rest }) =>
            prettyLine(time, label, message, rest),
          ),
        )
      : combine(timestamp(), json()),
    transports: [new winston.transports.Stream({ stream: process.stderr })],
  });
  return {
    error: (message, details) => logger.error(message, details),
    warn: (message, details) => logger.warn(message, details),
    info: (message, details) => logger.info(message, details),
    debug: (message, details) => logger.debug(message, details),
  };
}

function prettyLine(
  time: unknown,
  level: string,
  message: unknown,
  details: Record<string, unknown>,
): string {
  const told = Object.entries(details).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [String(time).slice(11, 19), level.toUpperCase().padEnd(5), String(message), ...told].join(' ');
}
