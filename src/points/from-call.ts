import type { CallEvent } from '../zoom/decoded.js';
import type { Omission } from '../zoom/faults.js';
import { readText } from '../zoom/identifier.js';
import type { JsonRecord } from '../zoom/json.js';
import { isAbsent, readMetric, UNREADABLE } from '../zoom/metric-value.js';
import { RegularDetails } from '../zoom/regular-samples.js';
import { CALL_KEYS, SILENT_KEYS } from './metric-keys.js';
import type { PointOptions } from './options.js';
import { type Point, PointSet } from './point-set.js';
import { CALL_POOR, judge } from './poor.js';
import { SeriesWriter } from './series-writer.js';

const DIRECTIONS: ReadonlyMap<string, string> = new Map([
  ['sending', 'sent'],
  ['receiving', 'received'],
]);

/** Texts by which a companion event names the parties of this call. */
export type PartyNames = Readonly<Record<string, string>>;

/**
 * The points of a call's samples. Live event and summary give the same point for the same sample, so nothing that one of them may
 * lack (the network, a party's id) is a tag; context tags are `unknown`.
 */
export function pointsOfCall(
  event: CallEvent,
  names: PartyNames,
  options: PointOptions,
  omit: (omission: Omission) => void,
): Point[] {
  const set = new PointSet();
  for (const [index, { party, userId, email, samples }] of event.parties.entries()) {
    const identity = {
      account_id: event.accountId,
      source: 'phone',
      meeting: event.meeting,
      participant: party,
    };
    const writer = new SeriesWriter(identity, {}, options.contextTags);
    for (const [position, sample] of samples.entries()) {
      const direction = DIRECTIONS.get(sample.type.toLowerCase()) ?? sample.type;
      const local = `zoom_call,${party},${direction}`;
      const series = writer.series('zoom_call', local, {
        call: event.meeting,
        party,
        direction,
      });
      const { fields } = set.at('zoom_call', series, local, sample.time);
      const path = `call_qos[${index}].qos[${position}].details`;
      const details = sample.details instanceof RegularDetails ? sample.details.toRecord() : sample.details;
      readCallDetails(details, path, (field, value) => fields.set(field, value), omit);
      if (fields.size === 0) continue;
      judge(fields, CALL_POOR, options.thresholds);
      const user = userId ?? names[`${party}_user_id`];
      if (user !== undefined) fields.set('user', user);
      const address = email ?? names[`${party}_email`];
      if (address !== undefined) fields.set('email', address);
    }
  }
  return set.points();
}

function readCallDetails(
  details: JsonRecord,
  path: string,
  take: (field: string, value: number | string) => void,
  omit: (omission: Omission) => void,
): void {
  for (const [name, value] of Object.entries(details)) {
    const key = CALL_KEYS.get(name);
    if (key === undefined) {
      if (!SILENT_KEYS.has(name) && !isAbsent(value))
        omit({ reason: 'unknown_key', path: `${path}.${name}` });
      continue;
    }
    const number = readMetric(value, key.read);
    if (number === UNREADABLE) omit({ reason: 'unreadable_value', path: `${path}.${name}` });
    else if (number !== undefined) take(key.field, number);
  }
  const network = readText(details['network']);
  if (network !== undefined) take('network', network);
}
