import test from 'ava';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { BASE_DETAILS, baseData, baseEvent, sample } from './base-event.js';
import { DAY_END, DAY_START, ownBucket, withNumber } from './case-helpers.js';
import { type Folding, linesOfOne, startFolding } from './folding.js';
import { readLine } from './line-reading.js';
import { inOrder, readBack, type StoredValue, writeLines } from './read-back.js';

let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux();
});

test.after.always(async () => influx.stop());

test('C17: one number has one form, however it is written', (t) => {
  for (const form of ['85100000001', 85_100_000_001, '851 0000 0001', '851-0000-0001']) {
    const asNumber = linesOfOne(withNumber(baseEvent(), form));
    t.regex(asNumber[0] ?? '', /^zoom_meeting,.* event="meeting\.participant_qos",number="85100000001" /);
    t.regex(linesOfOne(baseEvent({ participant: { user_id: form } })).join(), /,participant=85100000001,/);
  }
});

test('C17: a number beyond 2^53 keeps its digits', (t) => {
  const text = JSON.stringify(withNumber(baseEvent({ participant: { user_id: 'JOIN' } }), 'NUMBER'));
  const lines = linesOfOne(
    text.replace('"JOIN"', '9007199254740993').replace('"NUMBER"', '9007199254740995'),
  ).join('\n');
  t.regex(lines, /,participant=9007199254740993,/);
  t.regex(lines, /number="9007199254740995"/);
  t.notRegex(lines, /0992|0994|0996|e\+/);
});

test('C17: a uuid is kept as received', (t) => {
  t.regex(linesOfOne(baseEvent({ uuid: '/aB//c+D==' })).join(), /,meeting=\/aB\/\/c\+D\\=\\=,/);
  t.regex(linesOfOne(baseEvent({ uuid: '%2FaB%3D' })).join(), /,meeting=%2FaB%3D,/);
});

test('C17: without a number there is none, not even an empty one', (t) => {
  t.notRegex(linesOfOne(baseEvent()).join(), /number/);
});

test('C17: participant_id and user_id meet under one tag, so that what data tells stands on the samples', (t) => {
  const folding = startFolding();
  const [data = ''] = folding.lines(
    baseData([{ device: 'WIN' }, { location: 'Sampletown (US)', device: '' }]),
  );
  t.is(readLine(data).tags['participant'], '16778240');
  t.deepEqual(readLine(data).fields, { device_text: 'WIN', location_text: 'Sampletown (US)' });
  const [qos = ''] = folding.lines(baseEvent());
  const { participant, device, location } = readLine(qos).tags;
  t.deepEqual(
    { participant, device, location },
    { participant: '16778240', device: 'WIN', location: 'Sampletown (US)' },
  );
});

test('C17: an empty list of data is settled without a line', (t) => {
  const { outcome, lines } = startFolding().fold(baseData([]));
  t.deepEqual({ outcome, lines }, { outcome: 'ignored', lines: [] });
});

async function storedIn(bucket: string, lines: readonly string[]): Promise<StoredValue[]> {
  const own = await ownBucket(influx, bucket);
  for (const line of lines)
    if ((await writeLines(own, [line])) !== 'stored') throw new Error(`refused: ${line}`);
  return inOrder(await readBack(own, DAY_START, DAY_END));
}

test('C18: of two readings of one minute the later event stands, whatever the order of arrival', async (t) => {
  const first = baseEvent();
  const second = baseEvent({
    eventTs: 1_760_000_066_000,
    qos: [sample('audio_input', { ...BASE_DETAILS, bitrate: '70 kbps' })],
  });
  const inTurn = (events: readonly unknown[], folding: Folding) =>
    events.flatMap((event) => folding.lines(event));
  const forth = await storedIn('c18-forth', inTurn([first, second], startFolding()));
  const back = await storedIn('c18-back', inTurn([second, first], startFolding()));
  t.deepEqual(forth, back);
  t.is(forth.find(({ field }) => field === 'bitrate_kbps')?.value, 70);
});

test('C18: audio_input and audio_output of one event never overwrite each other', async (t) => {
  const qos = [
    sample('audio_input', BASE_DETAILS),
    sample('audio_output', { ...BASE_DETAILS, bitrate: '58 kbps' }),
  ];
  const held = await storedIn('c18-both', linesOfOne(baseEvent({ qos })));
  t.deepEqual(
    held.filter(({ field }) => field === 'bitrate_kbps').map(({ tags, value }) => [tags['stream'], value]),
    [
      ['audio_output', 58],
      ['audio_input', 63],
    ],
  );
});
