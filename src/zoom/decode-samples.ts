import { bounded } from './bounded.js';
import type { Envelope } from './decode.js';
import type { Sample } from './decoded.js';
import { asList, isRecord, type JsonRecord } from './json.js';
import { isAbsent } from './metric-value.js';
import type { RegularSample } from './regular-samples.js';
import { readTime } from './timestamp.js';

/** Keys of a sample that are not metrics, for the beta plan's form without a `details` wrapper. */
const NOT_METRICS = new Set(['date_time', 'type', 'details']);

/** Reads a `qos` list; one that was read apart from its event is empty here. */
export function readSamples(list: unknown, path: string, envelope: Envelope): Sample[] {
  const samples: Sample[] = [];
  const take = (sample: Sample | undefined) => {
    if (sample !== undefined) samples.push(sample);
  };
  let index = 0;
  const pathOf = () => `${path}[${index}]`;
  const regular = Array.isArray(list) && list.length === 0 ? (envelope.samples ?? []) : [];
  for (; index < regular.length; index += 1) take(readRegular(regular[index], pathOf, envelope));
  for (const entry of asList(list)) {
    take(readSample(entry, pathOf, envelope));
    index += 1;
  }
  return samples;
}

/**
 * Reads one entry. Metrics may stand in `details` or, in the beta plan's webinar events, in the entry itself.
 * The time is `date_time`, else the event's own; one that lies too far ahead is none.
 */
function readSample(entry: unknown, pathOf: () => string, envelope: Envelope): Sample | undefined {
  if (!isRecord(entry)) {
    if (!isAbsent(entry)) envelope.omit({ reason: 'unreadable_entry', path: pathOf() });
    return undefined;
  }
  const time = timeOf(entry['date_time'], pathOf, envelope);
  if (time === undefined) return undefined;
  const type = typeof entry['type'] === 'string' ? typeOf(entry['type']) : UNKNOWN_TYPE;
  return { time, type, details: readDetails(entry, pathOf, envelope.omit) };
}

function readRegular(
  entry: RegularSample | undefined,
  pathOf: () => string,
  envelope: Envelope,
): Sample | undefined {
  if (entry === undefined) return undefined;
  const time = timeOf(entry.dateTime, pathOf, envelope);
  return time === undefined ? undefined : { time, type: typeOf(entry.type), details: entry.details };
}

const UNKNOWN_TYPE = 'unknown';

function typeOf(told: string): string {
  const type = bounded(told.trim(), told.length);
  return type === '' ? UNKNOWN_TYPE : type;
}

/** All samples of an event have the same time, nearly always. */
let lastDateTime: unknown;
let lastTime: number | undefined;

function timeOf(dateTime: unknown, pathOf: () => string, { at, latestMs, omit }: Envelope) {
  if (dateTime !== lastDateTime) {
    lastTime = readTime(dateTime);
    lastDateTime = dateTime;
  }
  const time = lastTime === undefined || lastTime > latestMs ? undefined : lastTime;
  if (time === undefined && !isAbsent(dateTime))
    omit({ reason: 'unreadable_time', path: `${pathOf()}.date_time` });
  const moment = time ?? at;
  if (moment === undefined) omit({ reason: 'unreadable_time', path: pathOf() });
  return moment;
}

function readDetails(entry: JsonRecord, pathOf: () => string, omit: Envelope['omit']): JsonRecord {
  const wrapped = entry['details'];
  const own = metricsBeside(entry);
  if (isRecord(wrapped)) return own === undefined ? wrapped : { ...own, ...wrapped };
  if (!isAbsent(wrapped)) omit({ reason: 'unreadable_entry', path: `${pathOf()}.details` });
  return own ?? {};
}

function metricsBeside(entry: JsonRecord): JsonRecord | undefined {
  let own: [string, unknown][] | undefined;
  for (const key in entry) if (!NOT_METRICS.has(key)) own = [...(own ?? []), [key, entry[key]]];
  return own === undefined ? undefined : Object.fromEntries(own);
}
