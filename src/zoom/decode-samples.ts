import { bounded } from './bounded.js';
import type { Envelope } from './decode.js';
import type { Sample } from './decoded.js';
import { isRecord, type JsonRecord } from './json.js';
import { isAbsent } from './metric-value.js';
import { readTime } from './timestamp.js';

/** Keys of a sample that are not metrics, for the beta plan's form without a `details` wrapper. */
const NOT_METRICS = new Set(['date_time', 'type', 'details']);

/**
 * Reads one entry of a `qos` list. Metrics may stand in `details` or, in the beta plan's webinar events, in the entry itself.
 * The time is `date_time`, else the event's own; one that lies too far ahead is none.
 */
export function readSample(
  entry: unknown,
  pathOf: () => string,
  { at, latestMs, omit }: Envelope,
): Sample | undefined {
  if (!isRecord(entry)) {
    if (!isAbsent(entry)) omit({ reason: 'unreadable_entry', path: pathOf() });
    return undefined;
  }
  const told = readTime(entry['date_time']);
  const time = told === undefined || told > latestMs ? undefined : told;
  if (time === undefined && !isAbsent(entry['date_time']))
    omit({ reason: 'unreadable_time', path: `${pathOf()}.date_time` });
  const moment = time ?? at;
  if (moment === undefined) {
    omit({ reason: 'unreadable_time', path: pathOf() });
    return undefined;
  }
  const type = typeof entry['type'] === 'string' ? bounded(entry['type'].trim(), entry['type'].length) : '';
  return { time: moment, type: type === '' ? 'unknown' : type, details: readDetails(entry, pathOf, omit) };
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
