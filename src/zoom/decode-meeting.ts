import type { Envelope } from './decode.js';
import { pickTexts, readDataEntries, readPerson } from './decode-person.js';
import { readSamples } from './decode-samples.js';
import type { DataEvent, LifecycleEvent, QosEvent, Texts } from './decoded.js';
import type { Source } from './event-names.js';
import { DecodeError } from './faults.js';
import { readId, readNumberId } from './identifier.js';
import { asList, isRecord, type JsonRecord } from './json.js';
import { readMetric } from './metric-value.js';

/** What names a meeting, by Zoom's key and by ours. */
const MEETING_NAMES = {
  topic: 'topic',
  session_name: 'topic',
  session_key: 'session_key',
  host_id: 'host',
  type: 'type',
  start_time: 'start_time',
  end_time: 'end_time',
  timezone: 'timezone',
};

/** What companion events say of a person beside who they are. */
const PERSON_DETAILS = {
  join_time: 'join_time',
  leave_time: 'leave_time',
  leave_reason: 'leave_reason',
  phone_number: 'phone_number',
  registrant_id: 'registrant_id',
};

/** Meetings, webinars and sessions: the samples of one person. */
export function decodeQos(source: Source, envelope: Envelope, summary: boolean): QosEvent {
  const person = personOf(source, envelope);
  const samples = readSamples(person['qos'], 'qos', envelope);
  const { name, accountId, at, meeting } = common(source, envelope, envelope.at ?? samples[0]?.time);
  // Written out: what is spread here gets a shape of its own from V8, for each event anew.
  return {
    name,
    source,
    accountId,
    at,
    meeting,
    kind: 'qos',
    summary,
    person: readPerson(person, source === 'session'),
    names: namesOf(source, envelope.object),
    samples,
  };
}

/** Meetings, webinars and sessions: the device and connection of one person. */
export function decodeData(source: Source, envelope: Envelope): DataEvent {
  const person = personOf(source, envelope);
  return {
    ...common(source, envelope, envelope.at),
    kind: 'data',
    person: readPerson(person, source === 'session'),
    names: namesOf(source, envelope.object),
    details: readDataEntries(person['data'], 'data', envelope.omit),
  };
}

/** A meeting, webinar or session starts, ends, is joined or left. */
export function decodeLifecycle(source: Source, envelope: Envelope): LifecycleEvent {
  const { object } = envelope;
  const person = asList(object['participant'] ?? object['user'])[0];
  const breakoutRoom = readId(object['breakout_room_uuid']);
  const duration = readMetric(object['duration'], 'number');
  return {
    ...common(source, envelope, envelope.at),
    ...(breakoutRoom === undefined ? {} : { meeting: breakoutRoom }),
    kind: 'lifecycle',
    names: namesOf(source, object),
    durationMinutes: typeof duration === 'number' ? duration : undefined,
    person: isRecord(person) ? readPerson(person, source === 'session') : undefined,
    details: isRecord(person) ? pickTexts(person, PERSON_DETAILS) : {},
  };
}

function common(source: Source, { name, accountId, object }: Envelope, at: number | undefined) {
  if (at === undefined) throw new DecodeError('no_time', `${name} has no readable event_ts`);
  const meeting = readId(object['uuid']) ?? readId(object['session_id']);
  if (meeting === undefined) throw new DecodeError('no_meeting', `${name} has no uuid or session_id`);
  return { name, source, accountId, at, meeting };
}

function personOf(source: Source, { name, object }: Envelope): JsonRecord {
  const person = asList(
    source === 'session' ? (object['user'] ?? object['participant']) : object['participant'],
  )[0];
  if (!isRecord(person)) throw new DecodeError('no_participant', `${name} names no participant`);
  return person;
}

function namesOf(source: Source, object: JsonRecord): Texts {
  const number = source === 'session' ? undefined : readNumberId(object['id']);
  return { ...pickTexts(object, MEETING_NAMES), ...(number === undefined ? {} : { number }) };
}
