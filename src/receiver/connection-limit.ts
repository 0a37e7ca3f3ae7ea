import { readFileSync } from 'node:fs';

/** File descriptors that are left for everything but connections: the spool, InfluxDB, the threads, the private side. */
const LEFT_OVER = 200;

/**
 * How many connections a server may take, so that strangers who open as many as they can leave the bridge what it needs for what it has
 * accepted. Undefined where the system does not tell how many files a process may have open.
 *
 * @param limits the text of `/proc/self/limits`
 */
export function connectionLimit(limits = ownLimits()): number | undefined {
  const found = /^Max open files +(\d+|unlimited) /m.exec(limits);
  if (found?.[1] === undefined || found[1] === 'unlimited') return undefined;
  const files = Number(found[1]);
  return Math.max(files - LEFT_OVER, Math.floor(files / 2));
}

function ownLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
