import type { Omission } from '../zoom/faults.js';
import type { JsonRecord } from '../zoom/json.js';
import { isAbsent, readMetric, readResolution, UNREADABLE } from '../zoom/metric-value.js';
import { RegularDetails } from '../zoom/regular-samples.js';
import { GRADE_WORDS, type MetricKey, type MetricKeys, PRESSURE_WORDS, SILENT_KEYS } from './metric-keys.js';

/** Takes one reading: its family, field and value. `notice` is the only field whose value is text. */
export type TakeReading = (family: MetricKey['family'], field: string, value: number | string) => void;

/**
 * Reads every known metric of a sample, whatever its `type`. A value that can't be read is told to `omit` and left out,
 * its neighbours stay.
 */
export function readDetails(
  details: JsonRecord | RegularDetails,
  keys: MetricKeys,
  path: () => string,
  take: TakeReading,
  omit: (omission: Omission) => void,
): void {
  if (details instanceof RegularDetails) {
    const { names, values } = details;
    const found = keys.ofAll(names);
    for (let place = 0; place < names.length; place += 1)
      readNamed(names[place] ?? '', found[place], values[place], path, take, omit);
  } else for (const name in details) readNamed(name, keys.get(name), details[name], path, take, omit);
}

function readNamed(
  name: string,
  key: MetricKey | undefined,
  value: unknown,
  path: () => string,
  take: TakeReading,
  omit: (omission: Omission) => void,
): void {
  if (key === undefined) {
    if (!SILENT_KEYS.has(name) && !isAbsent(value))
      omit({ reason: 'unknown_key', path: `${path()}.${name}` });
  } else if (!readOne(key, value, take)) {
    omit({ reason: 'unreadable_value', path: `${path()}.${name}` });
  }
}

function readOne(key: MetricKey, value: unknown, take: TakeReading): boolean {
  switch (key.read) {
    case 'resolution': {
      const size = readResolution(value);
      if (size === UNREADABLE) return false;
      if (size === undefined) return true;
      take(key.family, 'width_px', size.width);
      take(key.family, 'height_px', size.height);
      return true;
    }
    case 'pressure':
      return readWord(key, value, PRESSURE_WORDS, take);
    case 'grade':
      return readWord(key, value, GRADE_WORDS, take);
    case 'notice':
      if (isAbsent(value)) return true;
      if (typeof value !== 'string') return false;
      take(key.family, key.field, value);
      return true;
    default: {
      const number = readMetric(value, key.read);
      if (number === UNREADABLE) return false;
      if (number !== undefined) take(key.family, key.field, number);
      return true;
    }
  }
}

/** Words come as they stand in the list, nearly always. */
function rankOf(value: string, words: readonly string[]): number {
  const rank = words.indexOf(value);
  return rank === -1 ? words.indexOf(value.trim().toLowerCase()) : rank;
}

function readWord(key: MetricKey, value: unknown, words: readonly string[], take: TakeReading): boolean {
  const rank = typeof value === 'string' ? rankOf(value, words) : -1;
  if (rank === -1) return isAbsent(value);
  take(key.family, key.field, rank);
  return true;
}
