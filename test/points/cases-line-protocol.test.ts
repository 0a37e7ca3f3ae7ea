import test from 'ava';
import type { JsonRecord } from '../../src/zoom/json.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { BASE_TIME, baseData } from './base-event.js';
import { DAY_END, DAY_START, ownBucket } from './case-helpers.js';
import { DEFAULT_CONTEXT_TAGS, linesOfOne, startFolding } from './folding.js';
import { inOrder, readBack, type StoredValue, writeLines } from './read-back.js';

let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux();
});

test.after.always(async () => influx.stop());

const DEVICE_TAGS = [...DEFAULT_CONTEXT_TAGS, 'microphone', 'speaker', 'camera', 'domain'];

const NAMES: [value: string, inLine: string, stored: string][] = [
  [
    'Speakers (Acme(R) Audio), 2ch=stereo',
    'Speakers\\ (Acme(R)\\ Audio)\\,\\ 2ch\\=stereo',
    'Speakers (Acme(R) Audio), 2ch=stereo',
  ],
  ['5" "Desk" mic’s', '5"\\ "Desk"\\ mic’s', '5" "Desk" mic’s'],
  ['Room 3\r\nEast\tWing', 'Room\\ 3\\r\\nEast\\tWing', 'Room 3\\r\\nEast\\tWing'],
  ['São Paulo (BR)', 'São\\ Paulo\\ (BR)', 'São Paulo (BR)'],
  ['🦩 Zoë', '🦩\\ Zoë', '🦩 Zoë'],
  ['a\u0000b\u0007c', 'abc', 'abc'],
];

/** Everything that one data event with these details leaves in a bucket of its own. */
async function storedData(bucket: string, data: readonly JsonRecord[]): Promise<StoredValue[]> {
  const lines = data.flatMap((details, index) =>
    linesOfOne(baseData([details], { eventTs: BASE_TIME + index * 1000 }), { contextTags: DEVICE_TAGS }),
  );
  const own = await ownBucket(influx, bucket);
  if ((await writeLines(own, lines)) !== 'stored') throw new Error(`refused: ${lines.join('\n')}`);
  return readBack(own, DAY_START, DAY_END);
}

test('C19: names of devices, rooms and cities go through line protocol as tags and as texts', async (t) => {
  for (const [value, inLine] of NAMES) {
    const event = baseData([{ microphone: value, speaker: value, camera: value, location: value }]);
    const [line = '', ...others] = linesOfOne(event, { contextTags: DEVICE_TAGS });
    t.deepEqual(others, []);
    for (const tag of ['microphone', 'speaker', 'camera', 'location'])
      t.true(line.includes(`,${tag}=${inLine}`));
  }
  const held = await storedData(
    'c19',
    NAMES.map(([value]) => ({ microphone: value, pc_name: value })),
  );
  t.deepEqual(new Set(held.map(({ measurement }) => measurement)), new Set(['zoom_participant']));
  for (const [index, [value, , stored]] of NAMES.entries()) {
    const at = held.filter(({ time }) => time === BASE_TIME + index * 1000);
    t.deepEqual(new Set(at.map(({ tags }) => tags['microphone'])), new Set([stored]));
    const text = value.replace(/[\u0000\u0007]/g, '');
    t.is(at.find(({ field }) => field === 'pc_name')?.value, text);
    t.is(at.find(({ field }) => field === 'microphone_text')?.value, text);
  }
});

const BACKSLASHES: [value: string, stored: string][] = [
  ['C:\\', 'C:'],
  ['CORP\\', 'CORP'],
  ['\\', 'unknown'],
  ['a\\\\', 'a'],
  ['CORP\\user', 'CORP\\user'],
];

test('C20: a value that ends in a backslash is stored, as the last tag and before another one', async (t) => {
  // Sorted by name, `speaker` is the last tag of a participant and `camera` is followed by others.
  const held = await storedData(
    'c20',
    BACKSLASHES.flatMap(([value]) => [
      { speaker: value, pc_name: value },
      { camera: value, speaker: 'Desk', pc_name: value },
      { camera: value, speaker: value, pc_name: value },
    ]),
  );
  for (const [index, [value, stored]] of BACKSLASHES.entries()) {
    const tagsAt = (offset: number) => {
      const at = held.filter(({ time }) => time === BASE_TIME + (index * 3 + offset) * 1000);
      t.is(at.find(({ field }) => field === 'pc_name')?.value, value);
      return at[0]?.tags ?? {};
    };
    const others = { account_id: 'ACC0000000000000000001', participant: '16778240', source: 'meeting' };
    t.like(tagsAt(0), { ...others, speaker: stored, camera: 'unknown' });
    t.like(tagsAt(1), { ...others, camera: stored, speaker: 'Desk' });
    t.like(tagsAt(2), { ...others, camera: stored, speaker: stored });
  }
});

test('C20: a backslash before a character that is escaped does not swallow the next line', async (t) => {
  const held = await storedData('c20-inside', [
    { microphone: 'a\\ b\\=5"', pc_name: 'first' },
    { microphone: 'x\\ y\\,z', pc_name: 'two\nlines' },
    { microphone: 'next', pc_name: 'third' },
  ]);
  const names = inOrder(held).filter(({ field }) => field === 'pc_name');
  t.deepEqual(
    new Map(names.map(({ tags, value }) => [tags['microphone'], value])),
    new Map([
      ['a b=5"', 'first'],
      ['next', 'third'],
      ['x y,z', 'two\nlines'],
    ]),
  );
});

async function seriesCount(own: TestInflux): Promise<number> {
  const rows = await own.query(`import "influxdata/influxdb"
    influxdb.cardinality(bucket: "${own.bucket}", start: 2025-10-09T00:00:00Z, stop: 2025-10-10T00:00:00Z)`);
  return Number(rows[0]?.['_value']);
}

test('C24: what changes with every connection makes no new series', async (t) => {
  const own = await ownBucket(influx, 'c24');
  const folding = startFolding();
  const details = (index: number): JsonRecord => ({
    device: 'WIN',
    version: '6.3.5.54827',
    microphone: `Microphone ${index}`,
    mac_addr: `00:00:5E:00:53:${(index % 256).toString(16).padStart(2, '0')}`,
    audio_internal_ip_address: `198.51.100.${index % 256}`,
    audio_internal_ip_port: String(50_000 + index),
    video_internal_ip_port: String(51_000 + index),
  });
  const linesFor = (index: number) =>
    folding.lines(baseData([details(index)], { eventTs: BASE_TIME + index * 1000 }));
  t.is(await writeLines(own, linesFor(0)), 'stored');
  const before = await seriesCount(own);
  const rest = Array.from({ length: 499 }, (_, index) => linesFor(index + 1)).flat();
  t.is(rest.length, 499);
  t.is(await writeLines(own, rest), 'stored');
  t.is(await seriesCount(own), before);
  t.is(
    (await readBack(own, DAY_START, DAY_END)).filter(({ field }) => field === 'audio_internal_ip_port')
      .length,
    500,
  );
});

test('C24: an update of the client adds the series of one participant once', async (t) => {
  const own = await ownBucket(influx, 'c24-update');
  const folding = startFolding();
  const series = async (version: string, from: number) => {
    const lines = Array.from({ length: 50 }, (_, index) =>
      folding.lines(baseData([{ device: 'WIN', version }], { eventTs: from + index * 1000 })),
    ).flat();
    t.is(await writeLines(own, lines), 'stored');
    return seriesCount(own);
  };
  const before = await series('6.3.5.54827', BASE_TIME);
  t.is(await series('6.4.0.60000', BASE_TIME + 60_000), 2 * before);
});
