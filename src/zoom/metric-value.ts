import { RecentMap } from './recent-map.js';

/** What a metric measures; decides the units it may come in and the unit it is stored in. */
export type Dimension = 'kbps' | 'ms' | 'pct' | 'fps' | 'dbm' | 'number';

/** A value was there but could not be read. */
export const UNREADABLE = Symbol('unreadable');

const FACTORS: Record<Dimension, Record<string, number>> = {
  kbps: { kbps: 1, 'kbit/s': 1, bps: 0.001, mbps: 1000, 'mbit/s': 1000, gbps: 1_000_000 },
  ms: { ms: 1, s: 1000, us: 0.001, µs: 0.001 },
  pct: { '%': 1 },
  fps: { fps: 1 },
  dbm: { dbm: 1 },
  number: {},
};

const NUMBER = /^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*([a-zµ%/]*)$/i;
const RESOLUTION = /^(\d{1,5})\s*[*x×]\s*(\d{1,5})$/i;
const ABSENT = new Set(['', '-', '--', 'n/a', 'na', 'null', 'none', 'undefined']);
const LONGEST_ABSENT = 'undefined'.length;

type Reading = number | undefined | typeof UNREADABLE;

type Readings = { readonly kept: RecentMap<string, Reading>; readonly read: (value: string) => Reading };

const keep = (dimension: Dimension, limit: number): Readings => ({
  kept: new RecentMap(limit),
  read: (value) => readText(value, dimension),
});

/** The same few texts come again and again, so what they say is kept. */
const READINGS: Readonly<Record<Dimension, Readings>> = {
  kbps: keep('kbps', 4_000),
  ms: keep('ms', 2_000),
  pct: keep('pct', 2_000),
  fps: keep('fps', 500),
  dbm: keep('dbm', 500),
  number: keep('number', 1_000),
};

/** Whether Zoom's way of writing says that there is no value. */
export function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'string') return false;
  const trimmed = value.trim();
  return trimmed.length <= LONGEST_ABSENT && ABSENT.has(trimmed.toLowerCase());
}

/**
 * Reads a metric in any of the forms Zoom has used (`"63 kbps"`, `"0.0%"`, `-75`, `"1,234 kbps"`) into the dimension's own unit.
 * A bare number is in that unit already. Undefined where there is no value; {@link UNREADABLE} where there is one that is
 * no number of this dimension (`"12abc"`, `"0x10"`, `"63 ms"` as a bit rate).
 */
export function readMetric(value: unknown, dimension: Dimension): Reading {
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNREADABLE;
  if (typeof value === 'string') {
    const plain = readPlain(value, 0, dimension);
    if (plain !== undefined && plainEnd === value.length) return plain;
    const { kept, read } = READINGS[dimension];
    return kept.get(value, read);
  }
  return isAbsent(value) ? undefined : UNREADABLE;
}

/** How Zoom mostly writes each dimension behind the number. */
const PLAIN_UNITS: Readonly<Record<Dimension, string>> = {
  kbps: ' kbps',
  ms: ' ms',
  pct: '%',
  fps: ' fps',
  dbm: '',
  number: '',
};

const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
const POWERS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
const MOST_DIGITS = 15;

/**
 * Reads the way in which nearly all values are written, digits with a few decimals and the unit, without a pattern, at a place in a
 * text; undefined where something else begins there. With so few digits whole and power of ten are exact, so that their quotient is
 * the double that is nearest. What stands behind it ({@link plainEnd}) is for whoever asks to look at.
 */
export function readPlain(text: string, start: number, dimension: Dimension): number | undefined {
  const isNegative = text.charCodeAt(start) === MINUS;
  const first = isNegative ? start + 1 : start;
  let digits = 0;
  let point = -1;
  let at = first;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= ZERO + 9) digits = digits * 10 + code - ZERO;
    else if (code === POINT && point < 0 && at > first) point = at;
    else break;
  }
  const length = at - first;
  if (length === 0 || length > MOST_DIGITS || point === at - 1) return undefined;
  const power = point < 0 ? 1 : POWERS[at - point - 1];
  if (power === undefined) return undefined;
  const unit = PLAIN_UNITS[dimension];
  for (let place = 0; place < unit.length; place += 1)
    if (text.charCodeAt(at + place) !== unit.charCodeAt(place)) return undefined;
  plainEnd = at + unit.length;
  return (isNegative ? -digits : digits) / power;
}

/** Where the value ends that {@link readPlain} read last. */
export let plainEnd = 0;

function readText(value: string, dimension: Dimension): Reading {
  if (isAbsent(value)) return undefined;
  const match = NUMBER.exec(value.trim());
  if (match === null) return UNREADABLE;
  const unit = (match[2] ?? '').toLowerCase();
  const factors = FACTORS[dimension];
  const factor = unit === '' ? 1 : Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  if (factor === undefined) return UNREADABLE;
  const number = Number((match[1] ?? '').replaceAll(',', ''));
  if (!Number.isFinite(number)) return UNREADABLE;
  return factor === 1 ? number : Number((number * factor).toPrecision(12));
}

/** Reads `1280*720` (or with an x) as pixels. */
export function readResolution(value: unknown): Resolution | undefined | typeof UNREADABLE {
  if (typeof value === 'string') return RESOLUTIONS.get(value, readSize);
  return isAbsent(value) ? undefined : UNREADABLE;
}

type Resolution = { readonly width: number; readonly height: number };

const RESOLUTIONS = new RecentMap<string, Resolution | undefined | typeof UNREADABLE>(500);

function readSize(value: string): Resolution | undefined | typeof UNREADABLE {
  if (isAbsent(value)) return undefined;
  const match = RESOLUTION.exec(value.trim());
  return match === null ? UNREADABLE : { width: Number(match[1]), height: Number(match[2]) };
}
