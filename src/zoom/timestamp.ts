import { RecentMap } from './recent-map.js';

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Before Zoom was founded and after this code's life: no time of a sample. */
const EARLIEST_MS = Date.UTC(2011, 0);
const LATEST_MS = Date.UTC(2100, 0);

/** Numbers below this are seconds: as milliseconds they would lie in 1973 or before. */
const SECONDS_BELOW = 100_000_000_000;

/** All samples of a minute carry the same text. */
const TIMES = new RecentMap<string, number | undefined>(1_000);

/** A clock may be wrong by hours, or be in a wrong zone; what is later than this after it was received is no time. */
const AHEAD_MS = 24 * 3_600_000;

/**
 * The latest time that what was received at a moment can tell of. Without it a single wrong clock makes InfluxDB keep shards for
 * years to come. A moment that is itself none (this machine's clock was never set) limits nothing.
 */
export function latestTime(receivedMs: number): number {
  return receivedMs < EARLIEST_MS ? LATEST_MS : receivedMs + AHEAD_MS;
}

function plausible(ms: number): number | undefined {
  return Number.isFinite(ms) && ms >= EARLIEST_MS && ms < LATEST_MS ? Math.floor(ms) : undefined;
}

/** Reads `event_ts`, milliseconds since 1970 as number or digits (seconds are recognised by their size). */
export function readEpoch(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{9,14}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  return plausible(number < SECONDS_BELOW ? number * 1000 : number);
}

/**
 * Reads `date_time` and its like: ISO 8601, UTC where no zone is named.
 * Undefined where it is no existing moment between 2011 and 2100.
 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return readEpoch(value);
  return typeof value === 'string' ? TIMES.get(value, () => readIso(value)) : undefined;
}

function readIso(value: string): number | undefined {
  const match = ISO.exec(value.trim());
  if (match === null) return readEpoch(value);
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const offset = /^z$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
  const ms = Date.parse(iso + offset);
  if (Number.isNaN(ms) || Number(day) !== new Date(`${iso}Z`).getUTCDate()) return undefined;
  return plausible(ms);
}
