import test from 'ava';
import type { PointOptions } from '../../src/points/options.js';
import { makeShield } from '../../src/points/privacy.js';
import { readSites } from '../../src/points/sites.js';
import type { Privacy } from '../../src/settings/settings.js';
import { readFixtures } from './fixtures.js';
import { type Folding, startFolding } from './folding.js';
import { readLine } from './line-reading.js';

const KEY = Buffer.from('0123456789abcdef');

const optionsFor = (privacy: Privacy, key: Uint8Array = KEY): Partial<PointOptions> => ({
  privacy,
  shield: makeShield(privacy, key),
  findSite: readSites('198.51.100.0/24,Harbour'),
});

/** Personal values by the key under which they are planted; each is found nowhere else. */
const PLANTED = {
  user_name: 'Xenia Planted',
  name: 'Yorick Planted',
  email: 'planted.mail@example.com',
  user_email: 'planted.user@example.com',
  participant_user_id: 'PlantedUser0000000001',
  id: 'PlantedUser0000000002',
  user_key: 'planted-key-77',
  customer_key: 'planted-key-78',
  host_id: 'PlantedHost0000000003',
  pc_name: 'PLANTED-PC',
  mac_addr: '00:00:5E:00:53:77',
  harddisk_id: 'PLANTEDDISK',
  signaling_ip_address: '203.0.113.77',
  signaling_internal_ip_address: '198.51.100.71',
  audio_internal_ip_address: '198.51.100.72',
  video_internal_ip_address: '198.51.100.73',
  as_internal_ip_address: '198.51.100.74',
  phone_number: '+12025550177',
  registrant_id: 'PlantedRegistrant',
  participant_uuid: '00000000-0000-4000-8000-000000000077',
  leave_reason: 'Zelda Planted left the meeting.<br>Reason: Host ended the meeting.',
  extension_number: '77077',
  device_name: 'Desk phone of Planted',
} as const;

const AT = 1_760_000_061_000;

const data = (event: string, number: string, person: object) => ({
  event,
  event_ts: AT,
  payload: {
    account_id: 'A1',
    object: {
      uuid: 'u==',
      session_id: 'u==',
      host_id: PLANTED.host_id,
      participant: { [number]: '16778240', ...person },
      user: { id: '16778240', ...person },
    },
  },
});

const QOS = [{ date_time: '2025-10-09T08:54:00Z', type: 'audio_input', details: { bitrate: '63 kbps' } }];
const CALL_QOS = [
  { date_time: '2025-10-09T08:54:00Z', type: 'sending', details: { mos: '4.4', network: 'LAN' } },
];

const EVENTS: object[] = [
  data('meeting.participant_joined', 'user_id', { ...PLANTED, join_time: '2025-10-09T08:50:00Z' }),
  data('meeting.participant_data', 'participant_id', { ...PLANTED, data: [{ ...PLANTED, device: 'WIN' }] }),
  data('meeting.participant_qos', 'user_id', { ...PLANTED, qos: QOS }),
  data('meeting.participant_qos_summary', 'participant_id', {
    ...PLANTED,
    qos: [{ type: 'audio_input', details: { avg_bitrate: '63 kbps' } }],
  }),
  data('meeting.participant_data_summary', 'participant_id', { ...PLANTED, data: [{ ...PLANTED }] }),
  data('meeting.participant_left', 'user_id', { ...PLANTED }),
  data('webinar.participant_joined', 'user_id', { ...PLANTED }),
  data('session.user_joined', 'user_id', { ...PLANTED, id: '16778240' }),
  data('session.user_data', 'user_id', { ...PLANTED, id: '16778240', data: [{ ...PLANTED }] }),
  data('session.user_qos', 'user_id', { ...PLANTED, id: '16778240', qos: QOS }),
  {
    event: 'phone.callee_answered',
    event_ts: AT,
    payload: {
      account_id: 'A1',
      object: {
        call_id: '7500000000000000001',
        caller: { ...PLANTED, user_id: PLANTED.participant_user_id },
        callee: { ...PLANTED, user_id: PLANTED.id },
      },
    },
  },
  {
    event: 'phone.call_qos_summary',
    event_ts: AT,
    payload: {
      account_id: 'A1',
      object: {
        call_id: '7500000000000000001',
        call_qos: [
          {
            type: 'caller',
            user_id: PLANTED.participant_user_id,
            user_email: PLANTED.user_email,
            qos: CALL_QOS,
          },
          { type: 'callee', qos: CALL_QOS },
        ],
      },
    },
  },
];

/** A participant without a join number, so that the user's id stands in for it. */
const WITHOUT_NUMBER: object[] = [
  data('meeting.participant_data', 'none', { ...PLANTED, data: [{ device: 'WIN' }] }),
  data('meeting.participant_qos', 'none', { ...PLANTED, qos: QOS }),
];

/** All that is written or kept, as one text. */
function traces(events: readonly unknown[], options: Partial<PointOptions>): string {
  const folding: Folding = startFolding(options);
  const lines = events.flatMap((event) => folding.lines(event));
  return [...lines, ...[...folding.context].map((entry) => JSON.stringify(entry))].join('\n');
}

const WORDS = [
  ...Object.values(PLANTED).filter((value) => value !== PLANTED.leave_reason),
  'Zelda',
  'Planted',
];

test('full: what is planted is found, so the tests below would see it', (t) => {
  const found = traces(EVENTS, optionsFor('full'));
  const missing = WORDS.filter((word) => !found.includes(word));
  t.deepEqual(missing, [PLANTED.customer_key]);
});

for (const privacy of ['pseudonymous', 'minimal'] as const) {
  test(`${privacy}: no personal value is in any line or in what is remembered`, (t) => {
    const found = traces([...EVENTS, ...WITHOUT_NUMBER], optionsFor(privacy));
    for (const word of WORDS) t.false(found.includes(word), word);
    t.notRegex(found, /planted/i);
  });

  test(`${privacy}: site, device and reason of leaving are still known`, (t) => {
    const found = traces(EVENTS, optionsFor(privacy));
    t.regex(found, /zoom_qos,.*device=WIN,.*site=Harbour/);
    t.regex(found, /leave_reason="Host ended the meeting\."/);
  });
}

test('a reason of leaving in another form is treated whole', (t) => {
  const left = data('meeting.participant_left', 'user_id', { leave_reason: 'Zelda Planted was removed' });
  t.notRegex(traces([left], optionsFor('pseudonymous')), /Zelda/);
  t.notRegex(traces([left], optionsFor('minimal')), /leave_reason/);
  t.regex(traces([left], optionsFor('full')), /leave_reason="Zelda Planted was removed"/);
});

test('minimal: the fields of personal values are not there at all', (t) => {
  const folding = startFolding(optionsFor('minimal'));
  const lines = EVENTS.flatMap((event) => folding.lines(event)).map(readLine);
  const names = new Set(lines.flatMap(({ fields }) => Object.keys(fields)));
  for (const name of [
    'name',
    'email',
    'user_id',
    'user_key',
    'pc_name',
    'mac_addr',
    'host',
    'user',
    'caller_name',
  ])
    t.false(names.has(name), name);
});

test('pseudonymous: equal values get equal hashes wherever they stand, under another key other ones', (t) => {
  const emails = (key: Uint8Array) => {
    const folding = startFolding(optionsFor('pseudonymous', key));
    const lines = EVENTS.flatMap((event) => folding.lines(event)).map(readLine);
    const values = lines.filter(({ measurement }) => measurement === 'zoom_participant');
    return new Set(values.map(({ fields }) => fields['email']));
  };
  const [first, ...others] = emails(KEY);
  t.regex(String(first), /^[0-9a-f]{16}$/);
  t.deepEqual(others, []);
  t.false(emails(Buffer.from('another key here')).has(first));
});

test('pseudonymous: a user has the same hash as participant, as caller and as host', (t) => {
  const shield = makeShield('pseudonymous', KEY);
  const expected = shield(PLANTED.participant_user_id);
  const found = traces(EVENTS, optionsFor('pseudonymous'));
  t.true(found.includes(`user_id="${expected}"`));
  t.true(found.includes(`caller_user_id="${expected}"`));
  t.true(found.includes(`user="${expected}"`));
});

test('a shield hashes what is there and nothing else', (t) => {
  const shield = makeShield('pseudonymous', KEY);
  t.is(shield(undefined), undefined);
  t.is(shield(' '), undefined);
  t.not(shield('a'), shield('A'));
  t.is(makeShield('minimal', KEY)('a'), undefined);
  t.is(makeShield('full', KEY)('a'), 'a');
});

const PERSONAL_IN_FIXTURES =
  /[\w.]+@example\.com|\+1202555\d{4}|00:00:5E:00:53:\w\w|\b(?:198\.51\.100|203\.0\.113)\.\d+/;

test('no address of a person, a network card or a computer in the fixtures gets through', async (t) => {
  const bodies = (await readFixtures()).map(({ body }) => body);
  t.regex(traces(bodies, optionsFor('full')), PERSONAL_IN_FIXTURES);
  t.notRegex(traces(bodies, optionsFor('pseudonymous')), PERSONAL_IN_FIXTURES);
  t.notRegex(traces(bodies, optionsFor('minimal')), PERSONAL_IN_FIXTURES);
});
