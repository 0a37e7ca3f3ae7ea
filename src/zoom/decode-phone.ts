import type { Envelope } from './decode.js';
import { pickTexts } from './decode-person.js';
import { readSamples } from './decode-samples.js';
import type { CallEvent, CallPartyEvent, Texts } from './decoded.js';
import { DecodeError } from './faults.js';
import { readId, readText } from './identifier.js';
import { asList, isRecord, type JsonRecord } from './json.js';

/** A party's keys in companion events, and the ends of our names for them. */
const PARTY_KEYS = {
  name: 'name',
  email: 'email',
  user_id: 'user_id',
  extension_number: 'extension',
  phone_number: 'phone_number',
  device_type: 'device_type',
  device_name: 'device_name',
  connection_type: 'connection_type_text',
};

/** When a call rang, was answered and ended. */
const CALL_TIMES = {
  ringing_start_time: 'ringing_start_time',
  connected_start_time: 'connected_start_time',
  answer_start_time: 'answer_start_time',
  call_end_time: 'call_end_time',
  handup_result: 'call_result',
};

/** Phone samples: live events hold one, the summary all of the call; lists and single objects are both taken. */
export function decodeCall(envelope: Envelope): CallEvent {
  const parties = asList(envelope.object['call_qos']).flatMap((entry, index) => {
    if (isRecord(entry)) return [readParty(entry, `call_qos[${index}]`, envelope)];
    envelope.omit({ reason: 'unreadable_entry', path: `call_qos[${index}]` });
    return [];
  });
  const firstTime = parties.flatMap(({ samples }) => samples)[0]?.time;
  return { ...common(envelope, envelope.at ?? firstTime), kind: 'call', parties };
}

function readParty(entry: JsonRecord, path: string, envelope: Envelope): CallEvent['parties'][number] {
  return {
    party: readText(entry['type'])?.trim() ?? 'unknown',
    userId: readId(entry['user_id']) ?? readId(entry['id']),
    email: readText(entry['user_email']) ?? readText(entry['email']),
    samples: readSamples(entry['qos'], `${path}.qos`, envelope),
  };
}

/** Names of a call's parties. */
export function decodeCallParty(envelope: Envelope): CallPartyEvent {
  const { object } = envelope;
  const parties = {
    ...pickTexts(object, CALL_TIMES),
    ...partyTexts('caller', object['caller']),
    ...partyTexts('callee', object['callee']),
  };
  return { ...common(envelope, envelope.at), kind: 'call_party', parties };
}

function partyTexts(party: 'caller' | 'callee', value: unknown): Texts {
  if (!isRecord(value)) return {};
  const texts = Object.entries(pickTexts(value, PARTY_KEYS));
  return Object.fromEntries(texts.map(([key, text]) => [`${party}_${key}`, text]));
}

function common({ name, accountId, object }: Envelope, at: number | undefined) {
  if (at === undefined) throw new DecodeError('no_time', `${name} has no readable event_ts`);
  const call = readId(object['call_id']);
  if (call === undefined) throw new DecodeError('no_meeting', `${name} has no call_id`);
  return { name, source: 'phone' as const, accountId, at, meeting: call };
}
