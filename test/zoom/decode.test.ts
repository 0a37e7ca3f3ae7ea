import test from 'ava';
import { decode as decodeReceived } from '../../src/zoom/decode.js';
import type { Decoded } from '../../src/zoom/decoded.js';
import { DecodeError } from '../../src/zoom/faults.js';
import type { JsonRecord } from '../../src/zoom/json.js';

const AT = 1_760_000_061_000;
const MINUTE = 1_760_000_040_000;

/** Taken apart as it came a second later. */
const decode = (raw: JsonRecord, receivedMs = AT + 1_000) => decodeReceived(raw, receivedMs);

const event = (name: string, object: unknown, more: JsonRecord = {}): JsonRecord => ({
  event: name,
  event_ts: AT,
  payload: { account_id: 'A1', object },
  ...more,
});

const SAMPLE = { date_time: '2025-10-09T08:54:00Z', type: 'audio_input', details: { bitrate: '63 kbps' } };
const qosEvent = (qos: unknown, person: JsonRecord = { user_id: '1' }) =>
  event('meeting.participant_qos', { uuid: 'u==', participant: { ...person, qos } });

function decoded(raw: JsonRecord): Decoded {
  const result = decode(raw);
  if (result === undefined) throw new Error('not known');
  return result.event;
}

function samplesOf(raw: JsonRecord) {
  const answer = decoded(raw);
  return answer.kind === 'qos' ? answer.samples : [];
}

function personOf(raw: JsonRecord) {
  const answer = decoded(raw);
  return 'person' in answer ? answer.person : undefined;
}

const FAULTS: [what: string, raw: JsonRecord, code: DecodeError['code']][] = [
  ['no payload', { event: 'meeting.participant_qos', event_ts: AT }, 'no_object'],
  ['a payload that is text', event('meeting.participant_qos', {}, { payload: 'x' }), 'no_object'],
  ['no object', event('meeting.started', undefined), 'no_object'],
  ['an object that is text', event('meeting.started', 'x'), 'no_object'],
  ['an empty list for an object', event('meeting.started', []), 'no_object'],
  ['no uuid', event('meeting.started', { topic: 'x' }), 'no_meeting'],
  ['an empty uuid', event('meeting.started', { uuid: ' ' }), 'no_meeting'],
  ['a dash for a uuid', event('meeting.started', { uuid: '-' }), 'no_meeting'],
  ['no call_id', event('phone.call_qos', { call_qos: [] }), 'no_meeting'],
  ['no participant', event('meeting.participant_qos', { uuid: 'u' }), 'no_participant'],
  [
    'a participant that is text',
    event('meeting.participant_data', { uuid: 'u', participant: 'x' }),
    'no_participant',
  ],
  ['no user', event('session.user_qos', { session_id: 's' }), 'no_participant'],
  ['no time', { ...event('meeting.started', { uuid: 'u' }), event_ts: undefined }, 'no_time'],
  ['a time that is none', event('meeting.started', { uuid: 'u' }, { event_ts: 'soon' }), 'no_time'],
  [
    'a time in the year 2286',
    event('meeting.ended', { uuid: 'u' }, { event_ts: 9_999_999_999_999 }),
    'no_time',
  ],
];

for (const [what, raw, code] of FAULTS)
  test(`${what}: the event can not be used, and why is told`, (t) => {
    t.is(t.throws(() => decode(raw), { instanceOf: DecodeError })?.code, code);
  });

for (const raw of [
  {},
  { event: 7 },
  { event: null },
  { event: 'app_deauthorized', payload: {} },
  { event: 'x.y' },
])
  test(`${JSON.stringify(raw)} is nothing that the bridge knows`, (t) => t.is(decode(raw), undefined));

test('qos may be a list, a single object, or missing', (t) => {
  t.is(samplesOf(qosEvent([SAMPLE, SAMPLE])).length, 2);
  t.is(samplesOf(qosEvent(SAMPLE)).length, 1);
  t.is(samplesOf(qosEvent(undefined)).length, 0);
  t.is(samplesOf(qosEvent(null)).length, 0);
});

test('an entry that is no object is left out and told, its neighbours stay', (t) => {
  const result = decode(qosEvent([SAMPLE, 'x', 7, null, [SAMPLE], '', SAMPLE]));
  t.deepEqual(result?.omissions, [
    { reason: 'unreadable_entry', path: 'qos[1]' },
    { reason: 'unreadable_entry', path: 'qos[2]' },
    { reason: 'unreadable_entry', path: 'qos[4]' },
  ]);
  t.is(samplesOf(qosEvent([SAMPLE, 'x', 7, null, [SAMPLE], '', SAMPLE])).length, 2);
});

test('metrics beside details count, those in details win', (t) => {
  const [mixed] = samplesOf(qosEvent({ ...SAMPLE, bitrate: '1 kbps', jitter: '2 ms' }));
  t.deepEqual(mixed?.details, { bitrate: '63 kbps', jitter: '2 ms' });
  const result = decode(qosEvent({ ...SAMPLE, details: 'x', jitter: '2 ms' }));
  t.deepEqual(result?.omissions, [{ reason: 'unreadable_entry', path: 'qos[0].details' }]);
});

const MOMENTS: [dateTime: unknown, time: number, told: boolean][] = [
  ['2025-10-09T08:54:00Z', MINUTE, false],
  [MINUTE, MINUTE, false],
  ['-', AT, false],
  ['', AT, false],
  [null, AT, false],
  [undefined, AT, false],
  ['yesterday', AT, true],
  ['2025-02-30T08:54:00Z', AT, true],
  [{}, AT, true],
];

for (const [dateTime, time, told] of MOMENTS)
  test(`a sample with the date_time ${JSON.stringify(dateTime)} is of ${new Date(time).toISOString()}${told ? ', and that is told' : ''}`, (t) => {
    const raw = qosEvent({ ...SAMPLE, date_time: dateTime });
    t.is(samplesOf(raw)[0]?.time, time);
    t.deepEqual(
      decode(raw)?.omissions,
      told ? [{ reason: 'unreadable_time', path: 'qos[0].date_time' }] : [],
    );
  });

test('without event_ts the samples give the time, and one without any is left out', (t) => {
  const raw = { ...qosEvent([{ type: 'cpu_usage' }, SAMPLE]), event_ts: undefined };
  const result = decode(raw);
  t.is(result?.event.at, MINUTE);
  t.deepEqual(result?.omissions, [{ reason: 'unreadable_time', path: 'qos[0]' }]);
});

const PEOPLE: [what: string, name: string, person: JsonRecord, expected: object][] = [
  ['user_id', 'meeting.participant_qos', { user_id: '7' }, { number: '7' }],
  ['participant_id', 'meeting.participant_qos', { participant_id: '7' }, { number: '7' }],
  ['a number', 'meeting.participant_data', { user_id: 7 }, { number: '7' }],
  [
    'participant_user_id',
    'meeting.participant_data',
    { participant_user_id: 'U' },
    { userId: 'U', number: undefined },
  ],
  [
    'id of an account',
    'meeting.participant_qos_summary',
    { participant_id: '7', id: 'U' },
    { number: '7', userId: 'U' },
  ],
  [
    'empty ids',
    'meeting.participant_qos',
    { user_id: '', participant_user_id: '', id: '' },
    { number: undefined, userId: undefined },
  ],
  [
    'id in a session',
    'session.user_qos',
    { id: '7', name: 'N', user_key: 'K' },
    { number: '7', userId: undefined, name: 'N', userKey: 'K' },
  ],
  ['customer_key', 'meeting.participant_joined', { user_id: '7', customer_key: 'K' }, { userKey: 'K' }],
];

for (const [what, name, person, expected] of PEOPLE)
  test(`${what} says who ${name} is about`, (t) => {
    const object = { uuid: 'u', session_id: 's', participant: person, user: person };
    t.like(personOf(event(name, object)), expected);
  });

test('a participant may come as a list of one', (t) => {
  t.like(personOf(event('meeting.participant_qos', { uuid: 'u', participant: [{ user_id: '7' }] })), {
    number: '7',
  });
});

test('entries of data are merged; a later one wins, an empty one does not', (t) => {
  const data = [
    { device: 'WIN', location: 'A', port: 1 },
    null,
    'x',
    { device: 'Mac', location: '' },
    { domain: ['x'] },
  ];
  const result = decode(
    event('meeting.participant_data', { uuid: 'u', participant: { user_id: '1', data } }),
  );
  t.deepEqual(result?.event.kind === 'data' ? result.event.details : undefined, {
    device: 'Mac',
    location: 'A',
    port: '1',
  });
  t.deepEqual(result?.omissions, [
    { reason: 'unreadable_entry', path: 'data[2]' },
    { reason: 'unreadable_value', path: 'data[4].domain' },
  ]);
});

test('in a breakout room the room is the meeting', (t) => {
  const room = event('meeting.participant_joined_breakout_room', {
    uuid: 'u',
    breakout_room_uuid: 'b',
    participant: {},
  });
  t.is(decoded(room).meeting, 'b');
  t.is(decoded(event('meeting.participant_joined', { uuid: 'u', participant: {} })).meeting, 'u');
});

test('the parties of a call may be a list or one object, and so may their samples', (t) => {
  const sample = { date_time: '2025-10-09T08:54:00Z', type: 'sending', details: { mos: '4.4' } };
  for (const qos of [sample, [sample]])
    for (const parties of [{ type: 'caller', id: 'U', qos }, [{ type: 'caller', user_id: 'U', qos }]]) {
      const call = decoded(event('phone.call_qos', { call_id: '1', call_qos: parties }));
      t.deepEqual(call.kind === 'call' ? call.parties : undefined, [
        {
          party: 'caller',
          userId: 'U',
          email: undefined,
          samples: [{ time: MINUTE, type: 'sending', details: { mos: '4.4' } }],
        },
      ]);
    }
});

test('keys that no one knows are passed over on every level', (t) => {
  const raw = event(
    'meeting.participant_qos',
    { uuid: 'u', new: 1, participant: { user_id: '1', new: {}, qos: [{ ...SAMPLE }] } },
    { new: [] },
  );
  t.deepEqual(decode(raw)?.omissions, []);
});

test('__proto__ as a key changes no object', (t) => {
  const raw: unknown = JSON.parse(
    `{"event":"meeting.participant_data","event_ts":${AT},"payload":{"object":{"uuid":"u","participant":{"user_id":"1","data":[{"__proto__":{"device":"X"},"constructor":"Y","location":"A"}]}}}}`,
  );
  const result = decode(raw as JsonRecord);
  t.is(result?.event.kind === 'data' ? result.event.details['location'] : undefined, 'A');
  t.false('device' in {});
});

const DAY = 86_400_000;
const inADay = (ms: number) => new Date(AT + DAY + ms).toISOString();

test('a sample of more than a day after its arrival has no readable time and gets that of the event', (t) => {
  const ahead = { ...SAMPLE, date_time: inADay(1_001) };
  const result = decode(qosEvent([SAMPLE, ahead]));
  t.deepEqual(result?.omissions, [{ reason: 'unreadable_time', path: 'qos[1].date_time' }]);
  t.deepEqual(result?.event.kind === 'qos' && result.event.samples.map(({ time }) => time), [MINUTE, AT]);
  t.deepEqual(decode(qosEvent([{ ...SAMPLE, date_time: inADay(1_000) }]))?.omissions, []);
});

test('an event of more than a day after its arrival has no readable time', (t) => {
  const ahead = { event_ts: AT + DAY + 1_001 };
  const result = decode({ ...qosEvent([SAMPLE]), ...ahead });
  t.deepEqual(result?.omissions, [{ reason: 'unreadable_time', path: 'event_ts' }]);
  t.is(result?.event.at, MINUTE, "the first sample's time stands in");
  const details = event(
    'meeting.participant_data',
    { uuid: 'u', participant: { data: [{ device: 'Mac' }] } },
    ahead,
  );
  t.is(t.throws(() => decode(details), { instanceOf: DecodeError })?.code, 'no_time');
});

test('where the own clock was never set, times are read as they are', (t) => {
  t.deepEqual(decode(qosEvent([SAMPLE]), 5)?.omissions, []);
});
