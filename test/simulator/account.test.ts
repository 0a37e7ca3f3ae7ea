import test from 'ava';
import { createAccount } from '../../src/simulator/account.js';
import { SimulatorOptionError } from '../../src/simulator/errors.js';
import { COMPANION_EVENTS, QSS_EVENTS } from '../../src/simulator/event-names.js';
import { parseScenario, SCENARIOS } from '../../src/simulator/faults.js';
import { firstMinutes, START, story } from './stories.js';

const SMALL = { participants: 40, meetings: 6 };

test('the same seed tells the same story, to the last value', (t) => {
  const tell = (): string =>
    JSON.stringify(firstMinutes(createAccount({ startTime: START, seed: 7, ...SMALL }), 20));
  t.is(tell(), tell());
});

test('one account tells its story anew every time it is asked', (t) => {
  const account = createAccount({ startTime: START, seed: 7, ...SMALL });
  t.deepEqual(firstMinutes(account, 10), firstMinutes(account, 10));
});

test('another seed tells another story', (t) => {
  t.notDeepEqual(story(3, { seed: 1, ...SMALL }), story(3, { seed: 2, ...SMALL }));
  t.not(
    createAccount({ startTime: START, seed: 1 }).accountId,
    createAccount({ startTime: START, seed: 2 }).accountId,
  );
});

test('another start time tells the same story later', (t) => {
  const later = START + 3_600_000;
  const [now] = firstMinutes(createAccount({ startTime: START, ...SMALL }), 1).slice(5);
  const events = createAccount({ startTime: later, ...SMALL }).events();
  const sixth = [...Array(6)].map(() => events.next().value).at(-1);
  t.is(sixth?.at, (now?.at ?? 0) + 3_600_000);
  t.is(sixth?.event.event, now?.event.event);
});

for (const meetings of [3, 20]) {
  test(`all 14 QSS events and all companions come within an hour, with ${meetings} gatherings`, (t) => {
    const seen = new Set<string>(story(60, { meetings }).map(({ event }) => event));
    for (const name of [...QSS_EVENTS, ...COMPANION_EVENTS]) t.true(seen.has(name), name);
  });
}

test('the URL validation comes first and once', (t) => {
  const events = story(30, SMALL);
  t.is(events[0]?.event, 'endpoint.url_validation');
  t.is(events.filter(({ event }) => event === 'endpoint.url_validation').length, 1);
});

test('events come in time order and carry their own time', (t) => {
  let before = START;
  for (const { at, event } of firstMinutes(createAccount({ startTime: START, ...SMALL }), 40)) {
    t.true(at >= before);
    t.is(event.event_ts, at);
    before = at;
  }
});

test('live samples are stamped with the whole minute some seconds before', (t) => {
  for (const event of story(15, SMALL)) {
    if (event.event !== 'meeting.participant_qos') continue;
    const [sample] = event.payload.object.participant.qos;
    const stamp = Date.parse(sample?.date_time ?? '');
    t.is(stamp % 60_000, 0);
    t.true(event.event_ts - stamp >= 1000 && event.event_ts - stamp <= 15_000);
  }
});

test('about as many people are in as were asked for', (t) => {
  const inside = new Set<string>();
  for (const event of story(12, { participants: 300, meetings: 25 })) {
    if (event.event_ts < START + 11 * 60_000) continue;
    if (event.event === 'session.user_qos')
      inside.add(`${event.payload.object.session_id}${event.payload.object.user.id}`);
    if (event.event !== 'meeting.participant_qos' && event.event !== 'webinar.participant_qos') continue;
    inside.add(`${event.payload.object.uuid}${event.payload.object.participant.user_id}`);
  }
  t.true(inside.size > 210 && inside.size < 360, `${inside.size}`);
});

test('an event of a client in a meeting has about 13 samples and 2.3 KB', (t) => {
  const sizes: number[] = [];
  const counts: number[] = [];
  for (const event of story(20)) {
    if (event.event !== 'meeting.participant_qos') continue;
    const { qos } = event.payload.object.participant;
    if (!qos.some(({ type }) => type === 'video_input')) continue;
    counts.push(qos.length);
    sizes.push(JSON.stringify(event).length);
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  t.true(median(counts) >= 11 && median(counts) <= 14, `${median(counts)} samples`);
  t.true(median(sizes) >= 2000 && median(sizes) <= 2700, `${median(sizes)} bytes`);
});

test('identifiers look like Zoom’s', (t) => {
  const uuids = new Set<string>();
  for (const event of story(60)) {
    if (event.event === 'endpoint.url_validation') continue;
    t.regex(event.payload.account_id, /^[\w-]{22}$/);
    if (event.event === 'meeting.started') uuids.add(event.payload.object.uuid);
    if (event.event === 'phone.call_qos') t.regex(event.payload.object.call_id, /^\d{19}$/);
    if (event.event !== 'meeting.participant_joined') continue;
    const { participant, id } = event.payload.object;
    t.regex(id, /^\d{11}$/);
    t.is(Number(participant.user_id) % 1024, 0);
    t.regex(participant.participant_uuid, /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  }
  for (const uuid of uuids) t.is(Buffer.from(uuid, 'base64').length, 16);
  t.true([...uuids].some((uuid) => uuid.includes('/')));
  t.true([...uuids].some((uuid) => uuid.includes('+')));
  t.true([...uuids].some((uuid) => uuid.startsWith('/')));
});

test('guests have neither id nor email; people of the account have both, at example.com', (t) => {
  let guests = 0;
  for (const event of story(10)) {
    if (event.event !== 'meeting.participant_joined') continue;
    const { email, id, participant_user_id } = event.payload.object.participant;
    t.is(id, participant_user_id);
    t.is(id === '', email === '');
    if (email === '') guests++;
    else t.regex(email, /^[a-z]+\.[a-z]+\d*@example\.com$/);
  }
  t.true(guests > 0);
});

test('names have accents, other scripts and emoji among them, and no two people share a name or email', (t) => {
  const { staff } = createAccount({ startTime: START, participants: 1500 });
  t.is(new Set(staff.map(({ name }) => name)).size, staff.length);
  t.is(new Set(staff.map(({ email }) => email)).size, staff.length);
  t.true(staff.some(({ name }) => name.includes('🦩')));
  t.true(staff.some(({ name }) => name.includes('Émile')));
});

test('all addresses are documentation addresses', (t) => {
  for (const event of story(20)) {
    if (event.event !== 'meeting.participant_data' && event.event !== 'session.user_data') continue;
    const { object } = event.payload;
    const [item] = 'user' in object ? object.user.data : object.participant.data;
    const documentation = /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$|^2001:db8:|^$/;
    t.regex(item?.signaling_ip_address ?? 'none', documentation);
    t.regex(item?.audio_internal_ip_address ?? 'none', documentation);
    t.regex(item?.mac_addr ?? 'none', /^(00:00:5E:00:53:[0-9A-F]{2})?$/);
  }
});

test('every kind of device takes part, and each of the 24 types occurs', (t) => {
  const devices = new Set<string>();
  const types = new Set<string>();
  for (const event of story(60, { participants: 600, meetings: 40 })) {
    if (event.event === 'meeting.participant_data')
      devices.add(event.payload.object.participant.data[0]?.device ?? '');
    if (event.event === 'meeting.participant_qos') {
      for (const { type } of event.payload.object.participant.qos) types.add(type);
    }
  }
  t.deepEqual([...devices].sort(), ['Android', 'H.323/SIP', 'Linux', 'Mac', 'Phone', 'WIN', 'iOS']);
  t.is(types.size, 24, [...types].join());
});

test('timeScale shortens meetings, not the minute of samples', (t) => {
  const count = (timeScale: number, name: string): number =>
    story(30, { ...SMALL, timeScale }).filter(({ event }) => event === name).length;
  t.true(count(0.25, 'meeting.ended') > 2 * count(1, 'meeting.ended'));
});

test('counts and scenarios that make no account are refused by name', (t) => {
  const create = (options: object) => () => createAccount({ startTime: START, ...options });
  t.throws(create({ participants: 0 }), { instanceOf: SimulatorOptionError, message: /participants is 0/ });
  t.throws(create({ meetings: 2.5 }), { instanceOf: SimulatorOptionError, message: /meetings is 2.5/ });
  t.throws(create({ timeScale: 0 }), { instanceOf: SimulatorOptionError, message: /timeScale is 0/ });
  t.throws(() => parseScenario('sunny'), { code: 'SIMULATOR_OPTION', message: /scenario is sunny.*healthy/ });
  for (const scenario of SCENARIOS) t.is(parseScenario(scenario), scenario);
});
