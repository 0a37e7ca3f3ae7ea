import type { Omission } from '../zoom/faults.js';
import type { JsonRecord } from '../zoom/json.js';
import {
  isAbsent,
  plainEnd,
  readMetric,
  readPlain,
  readResolution,
  UNREADABLE,
} from '../zoom/metric-value.js';
import { AROUND_NAME, BETWEEN_PAIRS, RegularDetails } from '../zoom/regular-samples.js';
import {
  GRADE_WORDS,
  type MetricKey,
  type MetricKeys,
  type PlacedKey,
  PRESSURE_WORDS,
  SILENT_KEYS,
} from './metric-keys.js';

/** Takes one reading: its family, the field's place, and the value. A value of the family `notice` is text, every other a number. */
export type TakeReading = (family: MetricKey['family'], place: number, value: number | string) => void;

/** Told what could not be read; `path` says where the sample's metrics are. */
type Omit = { readonly path: () => string; readonly omit: (omission: Omission) => void };

/**
 * Reads every known metric of a sample, whatever its `type`. A value that can't be read is told to `omit` and left out,
 * its neighbours stay.
 */
export function readDetails(
  details: JsonRecord | RegularDetails,
  keys: MetricKeys,
  take: TakeReading,
  told: Omit,
): void {
  if (details instanceof RegularDetails) readRegular(details, keys, take, told);
  else for (const name in details) readNamed(name, keys.get(name), details[name], take, told);
}

const QUOTE = 0x22;

function readRegular(details: RegularDetails, keys: MetricKeys, take: TakeReading, told: Omit): void {
  const { names, text } = details;
  const found = keys.ofAll(names);
  let at = details.start;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] ?? '';
    const key = found[index];
    const from = at + name.length + AROUND_NAME;
    // Of streams that are off all metrics are there, empty.
    if (text.charCodeAt(from) === QUOTE) {
      at = from + BETWEEN_PAIRS;
      continue;
    }
    const number = key?.dimension === undefined ? undefined : readPlain(text, from, key.dimension);
    let end = plainEnd;
    if (key !== undefined && number !== undefined && text.charCodeAt(end) === QUOTE)
      take(key.family, key.place, number);
    else {
      end = text.indexOf('"', from);
      readNamed(name, key, text.slice(from, end), take, told);
    }
    at = end + BETWEEN_PAIRS;
  }
}

function readNamed(
  name: string,
  key: PlacedKey | undefined,
  value: unknown,
  take: TakeReading,
  { path, omit }: Omit,
): void {
  if (key === undefined) {
    if (!SILENT_KEYS.has(name) && !isAbsent(value))
      omit({ reason: 'unknown_key', path: `${path()}.${name}` });
  } else if (!readOne(key, value, take)) {
    omit({ reason: 'unreadable_value', path: `${path()}.${name}` });
  }
}

function readOne(key: PlacedKey, value: unknown, take: TakeReading): boolean {
  switch (key.read) {
    case 'resolution': {
      const size = readResolution(value);
      if (size === UNREADABLE) return false;
      if (size === undefined) return true;
      take(key.family, key.place, size.width);
      take(key.family, key.heightPlace, size.height);
      return true;
    }
    case 'pressure':
      return readWord(key, value, PRESSURE_WORDS, take);
    case 'grade':
      return readWord(key, value, GRADE_WORDS, take);
    case 'notice':
      if (isAbsent(value)) return true;
      if (typeof value !== 'string') return false;
      take(key.family, key.place, value);
      return true;
    default: {
      const number = readMetric(value, key.read);
      if (number === UNREADABLE) return false;
      if (number !== undefined) take(key.family, key.place, number);
      return true;
    }
  }
}

/** Words come as they stand in the list, nearly always. */
function rankOf(value: string, words: readonly string[]): number {
  const rank = words.indexOf(value);
  return rank === -1 ? words.indexOf(value.trim().toLowerCase()) : rank;
}

function readWord(key: PlacedKey, value: unknown, words: readonly string[], take: TakeReading): boolean {
  const rank = typeof value === 'string' ? rankOf(value, words) : -1;
  if (rank === -1) return isAbsent(value);
  take(key.family, key.place, rank);
  return true;
}
