import { decodeData, decodeLifecycle, decodeQos } from './decode-meeting.js';
import { decodeCall, decodeCallParty } from './decode-phone.js';
import type { Decoded } from './decoded.js';
import { knownEvent } from './event-names.js';
import { DecodeError, type Omission } from './faults.js';
import { readId } from './identifier.js';
import { asList, isRecord, type JsonRecord } from './json.js';
import type { RegularSample } from './regular-samples.js';
import { latestTime, readEpoch } from './timestamp.js';

/** What every decoder is given. */
export type Envelope = {
  readonly name: string;
  readonly at: number | undefined;
  /** Later times are no times. */
  readonly latestMs: number;
  readonly accountId: string | undefined;
  readonly object: JsonRecord;
  /** What belongs into the empty `qos` list. */
  readonly samples: readonly RegularSample[] | undefined;
  readonly omit: (omission: Omission) => void;
};

/** An event taken apart; undefined where its name is not one the bridge knows. */
export type DecodeResult = { readonly event: Decoded; readonly omissions: readonly Omission[] } | undefined;

/**
 * Takes an event apart as far as its structure goes. Unknown keys are passed over, lists and single objects are both taken,
 * and what can't be read is told in `omissions` while the rest is kept.
 *
 * @param receivedMs when it came, ms since 1970: times that are far later can't be read
 * @param samples those of the `qos` list that is empty in `event`, where they were read apart from it
 * @throws {DecodeError} where too little is left to say what the event is about
 */
export function decode(
  event: JsonRecord,
  receivedMs: number,
  samples?: readonly RegularSample[],
): DecodeResult {
  const name = typeof event['event'] === 'string' ? event['event'] : '';
  const known = knownEvent(name);
  if (known === undefined) return undefined;
  const payload = isRecord(event['payload']) ? event['payload'] : {};
  const object = asList(payload['object'])[0];
  if (!isRecord(object)) throw new DecodeError('no_object', `${name} holds no payload.object`);
  const omissions: Omission[] = [];
  const latestMs = latestTime(receivedMs);
  const at = readEpoch(event['event_ts']);
  const envelope: Envelope = {
    name,
    at: at === undefined || at > latestMs ? undefined : at,
    latestMs,
    accountId: readId(payload['account_id']),
    object,
    samples,
    omit: (omission) => omissions.push(omission),
  };
  if (envelope.at === undefined && event['event_ts'] !== undefined)
    omissions.push({ reason: 'unreadable_time', path: 'event_ts' });
  return { event: decodeKnown(known, envelope), omissions };
}

function decodeKnown(known: NonNullable<ReturnType<typeof knownEvent>>, envelope: Envelope): Decoded {
  switch (known.kind) {
    case 'qos':
      return decodeQos(known.source, envelope, false);
    case 'qos_summary':
      return decodeQos(known.source, envelope, true);
    case 'data':
    case 'data_summary':
      return decodeData(known.source, envelope);
    case 'lifecycle':
      return decodeLifecycle(known.source, envelope);
    case 'call_qos':
      return decodeCall(envelope);
    case 'call_party':
      return decodeCallParty(envelope);
  }
}
