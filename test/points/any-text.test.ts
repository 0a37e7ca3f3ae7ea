import test from 'ava';
import fc from 'fast-check';
import { CONTEXT_TAG_NAMES } from '../../src/settings/context-tags.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { anyText } from './any-text.js';
import { asTag, asText, id, name, numberId, present } from './cleaning-rules.js';
import { startFolding } from './folding.js';
import { inOrder, readBack, type StoredValue, writeLines } from './read-back.js';

/** What is told about one participant, one call and one session; every text may be anything. */
const told = fc.record({
  account: anyText,
  uuid: anyText,
  number: anyText,
  userId: anyText,
  email: anyText,
  name: anyText,
  stream: anyText,
  notice: anyText,
  party: anyText,
  direction: anyText,
  network: anyText,
  topic: anyText,
  sessionKey: anyText,
  details: fc.record({
    device: anyText,
    network_type: anyText,
    data_center: anyText,
    location: anyText,
    version: anyText,
    microphone: anyText,
    speaker: anyText,
    camera: anyText,
    connection_type: anyText,
    domain: anyText,
    pc_name: anyText,
    destination_ip_domain: anyText,
  }),
});

type Told = typeof told extends fc.Arbitrary<infer Value> ? Value : never;

const STEP = 10_000;

/** Data and a sample of one participant, a phone sample, the start of a session: at `time` and the seconds after it. */
function eventsOf(one: Told, time: number): object[] {
  const envelope = (event: string, offset: number, object: object) => ({
    event,
    event_ts: time + offset,
    payload: { account_id: one.account, object },
  });
  const person = { participant_user_id: one.userId, email: one.email, user_name: one.name };
  return [
    envelope('meeting.participant_data', 0, {
      uuid: one.uuid,
      participant: { ...person, participant_id: one.number, data: [one.details] },
    }),
    envelope('meeting.participant_qos', 1000, {
      uuid: one.uuid,
      participant: {
        ...person,
        user_id: one.number,
        qos: [
          { type: one.stream, details: { bitrate: '63 kbps' } },
          { type: 'notification', details: { network_notification: one.notice } },
        ],
      },
    }),
    envelope('phone.call_qos', 2000, {
      call_id: one.uuid,
      call_qos: {
        type: one.party,
        id: one.userId,
        user_email: one.email,
        qos: { type: one.direction, details: { mos: '4.4', network: one.network } },
      },
    }),
    envelope('session.started', 3000, {
      session_id: one.uuid,
      session_name: one.topic,
      session_key: one.sessionKey,
    }),
  ];
}

const FIELD_OF: Record<string, string> = {
  device: 'device_text',
  network_type: 'network_type_text',
  data_center: 'data_center_text',
  location: 'location_text',
  version: 'client_version_text',
  microphone: 'microphone_text',
  speaker: 'speaker_text',
  camera: 'camera_text',
  connection_type: 'connection_type_text',
  domain: 'domain_text',
};

/** What InfluxDB has to hold of them, by the documented rules. */
function expectedOf(one: Told, time: number): StoredValue[] {
  const meeting = id(one.uuid);
  if (meeting === undefined) return [];
  const { account, details } = one;
  const unknown = Object.fromEntries(CONTEXT_TAG_NAMES.map((tag) => [tag, 'unknown']));
  const tagged = (source: string, participant: string | undefined, more: Record<string, string> = {}) => ({
    ...unknown,
    ...more,
    account_id: asTag(id(account)),
    source,
    meeting: asTag(meeting),
    participant: asTag(participant),
  });
  const hasDetails = Object.values(details).some((text) => present(text) !== undefined);
  const context = {
    device: asTag(details.device),
    network_type: asTag(details.network_type),
    data_center: asTag(details.data_center),
    location: asTag(details.location),
    client_version: asTag(details.version),
    microphone: asTag(details.microphone),
    speaker: asTag(details.speaker),
    camera: asTag(details.camera),
    connection_type: asTag(details.connection_type),
    domain: asTag(details.domain),
  };
  const participant = tagged('meeting', numberId(one.number) ?? id(one.userId), context);
  const stream = { stream: asTag(one.stream), media: 'unknown', direction: 'unknown', leg: 'client' };
  const party = asTag(present(one.party)?.trim());
  const call = {
    ...tagged('phone', party),
    call: asTag(meeting),
    party,
    direction: asTag(one.direction.trim()),
  };
  const fields = Object.entries(details).map(([key, text]) => [FIELD_OF[key] ?? key, present(text)] as const);
  return [
    ...values(
      'zoom_participant',
      participant,
      time,
      hasDetails ? { ...personOf(one), ...Object.fromEntries(fields) } : {},
    ),
    ...values('zoom_qos', { ...participant, ...stream }, time + 1000, { bitrate_kbps: 63 }),
    ...values('zoom_notice', { ...participant, notice: asTag(one.notice) }, time + 1000, {
      count: present(one.notice) === undefined ? undefined : 1,
    }),
    ...values('zoom_call', call, time + 2000, {
      mos: 4.4,
      poor: 0,
      user: id(one.userId),
      email: present(one.email),
      network: present(one.network),
    }),
    ...values('zoom_meeting', tagged('session', undefined), time + 3000, {
      event: 'session.started',
      topic: name(one.topic),
      session_key: present(one.sessionKey),
    }),
  ];
}

function personOf(one: Told): Record<string, string | undefined> {
  return { name: name(one.name), email: present(one.email), user_id: id(one.userId) };
}

function values(
  measurement: string,
  tags: Record<string, string>,
  time: number,
  fields: Record<string, number | string | undefined>,
): StoredValue[] {
  return Object.entries(fields).flatMap(([field, given]) => {
    const value = typeof given === 'number' ? given : asText(given);
    return value === undefined ? [] : [{ measurement, tags, field, time, value }];
  });
}

/** The first few values that are in one list only, in ASCII. */
function difference(read: readonly StoredValue[], expected: readonly StoredValue[]): string[] {
  const texts = (list: readonly StoredValue[]) =>
    new Set(inOrder(list).map((value) => JSON.stringify(value)));
  const [left, right] = [texts(read), texts(expected)];
  const ascii = (text: string) =>
    text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    ...[...left].filter((text) => !right.has(text)).map((text) => `read ${ascii(text)}`),
    ...[...right].filter((text) => !left.has(text)).map((text) => `expected ${ascii(text)}`),
  ].slice(0, 6);
}

let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux();
});

test.after.always(async () => influx.stop());

test('whatever text stands wherever in an event, InfluxDB takes it and gives back what the cleaning promises', async (t) => {
  const start = Date.UTC(2025, 9, 9);
  const batch = fc.array(told, { minLength: 20, maxLength: 40, size: 'max' });
  let from = start;
  await fc.assert(
    fc.asyncProperty(batch, async (list) => {
      from += 3_600_000;
      const timed = list.map((one, index) => ({ one, time: from + index * STEP }));
      const lines = timed.flatMap(({ one, time }) => {
        const folding = startFolding({ contextTags: CONTEXT_TAG_NAMES });
        return eventsOf(one, time).flatMap((event) => folding.lines(event));
      });
      t.is(await writeLines(influx, lines), 'stored');
      const read = await readBack(influx, from, from + 3_600_000);
      t.deepEqual(
        difference(
          read,
          timed.flatMap(({ one, time }) => expectedOf(one, time)),
        ),
        [],
      );
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
