import test from 'ava';
import type { PointOptions } from '../../src/points/options.js';
import { makeShield } from '../../src/points/privacy.js';
import { readSites } from '../../src/points/sites.js';
import type { Privacy } from '../../src/settings/settings.js';
import { baseData } from './base-event.js';
import { readFixtures } from './fixtures.js';
import { type Folding, startFolding } from './folding.js';
import { readLine } from './line-reading.js';
import { EVENTS, left, PLANTED, WITHOUT_NUMBER, WORDS } from './planted.js';

const KEY = Buffer.from('0123456789abcdef');

const optionsFor = (privacy: Privacy, key: Uint8Array = KEY): Partial<PointOptions> => ({
  privacy,
  shield: makeShield(privacy, key),
  findSite: readSites('198.51.100.0/24,Harbour'),
});

/** All that is written or kept, as one text. */
function traces(events: readonly unknown[], options: Partial<PointOptions>): string {
  const folding: Folding = startFolding(options);
  const lines = events.flatMap((event) => folding.lines(event));
  return [...lines, ...[...folding.context].map((entry) => JSON.stringify(entry))].join('\n');
}

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
    t.regex(found, /microphone_text="AirPods Pro"/);
    t.regex(found, /speaker_text="AirPods Max"/);
    t.regex(found, /camera_text="Sample Camera \(4K\)"/);
    t.regex(found, /leave_reason="Host ended the meeting\."/);
  });
}

const NAMED_DEVICES: readonly [named: string, left: string][] = [
  ['Zelda Planted’s AirPods Pro', 'AirPods Pro'],
  ["Zelda's iPhone Microphone", 'iPhone Microphone'],
  ["Jens' Headset", 'Headset'],
  ['AirPods von Zelda', 'AirPods'],
  ['AirPods Pro de Zelda (2)', 'AirPods Pro'],
  ['Microphone Array (Sample Audio)', 'Microphone Array (Sample Audio)'],
  ['MacBook Pro Microphone', 'MacBook Pro Microphone'],
];

test('a device that is named after its owner keeps its kind, also as a tag', (t) => {
  for (const [named, kept] of NAMED_DEVICES)
    for (const privacy of ['pseudonymous', 'minimal'] as const) {
      const folding = startFolding({ ...optionsFor(privacy), contextTags: ['microphone'] });
      const [line] = folding.lines(baseData([{ microphone: named }])).map(readLine);
      t.is(line?.fields['microphone_text'], kept, named);
      t.is(line?.tags['microphone'], kept, named);
    }
  const full = startFolding({ ...optionsFor('full'), contextTags: ['microphone'] });
  const [line] = full.lines(baseData([{ microphone: "Zelda's iPhone" }])).map(readLine);
  t.is(line?.tags['microphone'], "Zelda's iPhone");
});

test('a reason of leaving in another form is treated whole', (t) => {
  const removed = left('Zelda Planted was removed');
  t.notRegex(traces([removed], optionsFor('pseudonymous')), /Zelda/);
  t.notRegex(traces([removed], optionsFor('minimal')), /leave_reason/);
  t.regex(traces([removed], optionsFor('full')), /leave_reason="Zelda Planted was removed"/);
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
