import test from 'ava';
import { isRecord, type JsonRecord } from '../../src/zoom/json.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { BASE_DETAILS, type BaseChanges, baseData, baseEvent, sample } from './base-event.js';
import { DEFAULT_CONTEXT_TAGS, type Folding, linesOf, linesOfOne, startFolding } from './folding.js';
import { type ReadLine, readLine } from './line-reading.js';
import { inOrder, readBack, type StoredValue, writeLines } from './read-back.js';

let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux();
});

test.after.always(async () => influx.stop());

const MINUTE = 1_760_000_040_000;
const DAY_START = Date.UTC(2025, 9, 9);
const DAY_END = Date.UTC(2025, 9, 10);

/** A bucket of its own, so that cases do not see each other's points. */
async function ownBucket(name: string): Promise<TestInflux> {
  await influx.createBucket(name);
  return { ...influx, bucket: name, writeToken: influx.token };
}

const withDetails = (details: unknown, type = 'audio_input') => baseEvent({ qos: [sample(type, details)] });

const read = (event: unknown): ReadLine[] => linesOfOne(event).map(readLine);

/** The fields of the only line, without the judgement. */
function fieldsOf(event: unknown): Record<string, number | string> {
  const [only, ...others] = read(event);
  if (only === undefined || others.length > 0) throw new Error('not one line');
  const { poor: _, ...fields } = only.fields;
  return fields;
}

test('C12: numbers with units become plain floats in fixed units', (t) => {
  const forms: [JsonRecord, Record<string, number>][] = [
    [{ bitrate: '63 kbps' }, { bitrate_kbps: 63 }],
    [{ bitrate: '0 kbps' }, { bitrate_kbps: 0 }],
    [{ latency: '134 ms' }, { latency_ms: 134 }],
    [{ avg_loss: '0.0%' }, { loss_avg_pct: 0 }],
    [{ max_loss: '1.9 %' }, { loss_max_pct: 1.9 }],
    [{ system_max_cpu_usage: '23%' }, { system_max_pct: 23 }],
    [{ frame_rate: '12 fps' }, { frame_rate_fps: 12 }],
    [{ quality_score: '4.5' }, { score: 4.5 }],
    [{ resolution: '1280*720' }, { width_px: 1280, height_px: 720 }],
    [{ resolution: '1280x720' }, { width_px: 1280, height_px: 720 }],
    [{ bitrate: '1.5 mbps' }, { bitrate_kbps: 1500 }],
    [{ bitrate: '1,234 kbps' }, { bitrate_kbps: 1234 }],
    [{ latency: '1.2 s' }, { latency_ms: 1200 }],
  ];
  for (const [details, fields] of forms) t.deepEqual(fieldsOf(withDetails(details)), fields);
});

test('C12: a text that is no number of its field is left out and counted, its neighbours stay', (t) => {
  for (const text of ['12abc', 'Infinity', '0x10']) {
    const worked = startFolding().fold(withDetails({ ...BASE_DETAILS, bitrate: text, latency: text }));
    const [line = ''] = linesOf(worked);
    t.deepEqual(readLine(line).fields, { jitter_ms: 6, loss_avg_pct: 0, loss_max_pct: 0, poor: 0 });
    t.deepEqual(worked.omissions, [
      { reason: 'unreadable_value', path: 'qos[0].details.bitrate' },
      { reason: 'unreadable_value', path: 'qos[0].details.latency' },
    ]);
    t.is(worked.outcome, 'written');
  }
});

const PHONE = {
  event: 'phone.call_qos',
  event_ts: 1_760_000_061_000,
  payload: {
    account_id: 'A1',
    object: {
      call_id: '6900000000000000778',
      call_start_time: '2025-10-09T08:50:00Z',
      call_qos: [
        {
          type: 'caller',
          user_id: 'U1',
          qos: [
            {
              date_time: '2025-10-09T08:54:00Z',
              type: 'sending',
              details: {
                bitrate: '6',
                avg_loss: '0.0',
                max_loss: '0.0',
                jitter: '8',
                network_delay: '23',
                mos: '4.5',
                network: 'LAN',
              },
            },
            {
              date_time: '2025-10-09T08:54:00Z',
              type: 'receiving',
              details: {
                bitrate: '6',
                avg_loss: '0.1',
                max_loss: '0.4',
                jitter: '9',
                network_delay: '24',
                mos: '4.4',
              },
            },
          ],
        },
      ],
    },
  },
};

test('C13: a phone call gives a point for each party and direction, both kinds of type kept', (t) => {
  const points = read(PHONE);
  t.deepEqual(
    points.map(({ tags, fields, time }) => [
      tags['party'],
      tags['direction'],
      tags['call'],
      fields['mos'],
      fields['network'],
      time,
    ]),
    [
      ['caller', 'sent', '6900000000000000778', 4.5, 'LAN', MINUTE],
      ['caller', 'received', '6900000000000000778', 4.4, undefined, MINUTE],
    ],
  );
  t.deepEqual(points[0]?.fields, {
    bitrate_kbps: 6,
    loss_avg_pct: 0,
    loss_max_pct: 0,
    jitter_ms: 8,
    latency_ms: 23,
    mos: 4.5,
    network: 'LAN',
    poor: 0,
    user: 'U1',
  });
  for (const line of linesOfOne(PHONE)) t.notRegex(line, /undefined|null|email|=,|= /);
});

test('C13: the time of a sample counts, also weeks before the call began', (t) => {
  const [first] = read(
    JSON.parse(JSON.stringify(PHONE).replace('2025-10-09T08:50:00Z', '2025-11-20T08:50:00Z')),
  );
  t.is(first?.time, MINUTE);
});

test('C13: 19 digits of a call are exact, as text and as a number', (t) => {
  const asNumber = JSON.stringify(PHONE).replace('"6900000000000000778"', '6900000000000000778');
  for (const line of linesOfOne(asNumber)) t.regex(line, /call=6900000000000000778,/);
});

test('C14: empty, dash, N/A and null are no values, and what is there is kept alone', (t) => {
  const details = {
    bitrate: '',
    latency: '-',
    jitter: null,
    avg_loss: 'N/A',
    max_loss: '0.3%',
    resolution: '',
  };
  const worked = startFolding().fold(withDetails(details));
  t.deepEqual(
    linesOf(worked).map((line) => readLine(line).fields),
    [{ loss_max_pct: 0.3 }],
  );
  t.deepEqual(worked.omissions, []);
});

test('C14: where nothing is left there is no line, and the event is settled all the same', (t) => {
  const empty = { bitrate: '', latency: '-', jitter: null, avg_loss: 'N/A', max_loss: '', resolution: '' };
  const events = [
    withDetails(empty),
    baseEvent({ qos: [] }),
    baseEvent({ participant: { qos: null } }),
    baseEvent({ qos: [{ date_time: '2025-10-09T08:54:00Z', type: 'audio_input' }] }),
    baseEvent({ qos: [sample('audio_input', null)] }),
    baseEvent({ qos: [sample('audio_input', {})] }),
    withNumber(baseEvent({ qos: [] })),
  ];
  for (const event of events) {
    const { outcome, reason, lines } = startFolding().fold(event);
    t.deepEqual({ outcome, reason, lines }, { outcome: 'ignored', reason: 'no_values', lines: [] });
  }
});

/** The same event with the meeting's number beside its uuid. */
function withNumber(event: JsonRecord, number: unknown = '85100000001'): JsonRecord {
  const payload = isRecord(event['payload']) ? event['payload'] : {};
  const object = isRecord(payload['object']) ? payload['object'] : {};
  return { ...event, payload: { ...payload, object: { ...object, id: number } } };
}

test('C15: a metric is a float in every form it comes in, and InfluxDB takes all four', async (t) => {
  const own = await ownBucket('c15');
  const forms: [unknown, number][] = [
    ['-35', -35],
    [-35, -35],
    ['-35.5', -35.5],
    ['-35 dBm', -35],
  ];
  for (const [form, value] of forms) {
    const details = { max_rssi: form, avg_rssi: -69, min_rssi: '-75', rssi_unit: 'dBm' };
    const lines = linesOfOne(withDetails(details, 'wifi_rssi'));
    t.regex(lines.join(), new RegExp(` rssi_avg_dbm=-69,rssi_max_dbm=${value},rssi_min_dbm=-75 ${MINUTE}$`));
    t.is(await writeLines(own, lines), 'stored');
    const held = await readBack(own, DAY_START, DAY_END);
    t.deepEqual(Object.fromEntries(held.map(({ field, value: stored }) => [field, stored])), {
      rssi_avg_dbm: -69,
      rssi_max_dbm: value,
      rssi_min_dbm: -75,
    });
  }
});

test('C16: new types, keys and words are taken as far as they can be understood, their neighbours whole', (t) => {
  const worked = startFolding().fold(
    baseEvent({
      qos: [
        sample('audio_input', BASE_DETAILS),
        sample('notification', { network_notification: 'network bandwidth low' }),
        sample('hologram_input', { bitrate: '5 kbps', foo: '12 widgets' }),
        sample('cpu_usage', { system_max_cpu_pressure_level: 'serious' }),
      ],
    }),
  );
  const points = linesOf(worked).map(readLine);
  t.deepEqual(
    points.map(({ measurement, tags, fields }) => [measurement, tags['stream'] ?? tags['notice'], fields]),
    [
      [
        'zoom_qos',
        'audio_input',
        { bitrate_kbps: 63, latency_ms: 134, jitter_ms: 6, loss_avg_pct: 0, loss_max_pct: 0, poor: 0 },
      ],
      ['zoom_notice', 'network bandwidth low', { count: 1 }],
      ['zoom_qos', 'hologram_input', { bitrate_kbps: 5 }],
      ['zoom_cpu', undefined, { pressure_max: 2 }],
    ],
  );
  t.is(worked.outcome, 'written');
  t.deepEqual(worked.omissions, [{ reason: 'unknown_key', path: 'qos[2].details.foo' }]);
});

test('C16: a device that is in no list is kept as it is written', (t) => {
  const folding = startFolding();
  folding.fold(baseData([{ device: 'WIN' }]));
  t.regex(folding.lines(baseEvent()).join(), /,device=WIN,/);
  t.regex(
    linesOfOne(baseData([{ device: 'Web Browser' }])).join(),
    /,device=Web\\ Browser,.*device_text="Web Browser"/,
  );
});

test('C16: a new key of an entry is counted and does not touch its neighbours', (t) => {
  const { omissions, lines } = startFolding().fold(baseData([{ device: 'WIN', wifi_band: '6 GHz' }]));
  t.deepEqual(omissions, [{ reason: 'unknown_key', path: 'data.wifi_band' }]);
  t.is(lines.length, 1);
});

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
  const own = await ownBucket(bucket);
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
    linesOfOne(baseData([details], { eventTs: MINUTE + index * 1000 }), { contextTags: DEVICE_TAGS }),
  );
  const own = await ownBucket(bucket);
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
    const at = held.filter(({ time }) => time === MINUTE + index * 1000);
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
      const at = held.filter(({ time }) => time === MINUTE + (index * 3 + offset) * 1000);
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
  const own = await ownBucket('c24');
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
    folding.lines(baseData([details(index)], changesAt(MINUTE + index * 1000)));
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
  const own = await ownBucket('c24-update');
  const folding = startFolding();
  const series = async (version: string, from: number) => {
    const lines = Array.from({ length: 50 }, (_, index) =>
      folding.lines(baseData([{ device: 'WIN', version }], changesAt(from + index * 1000))),
    ).flat();
    t.is(await writeLines(own, lines), 'stored');
    return seriesCount(own);
  };
  const before = await series('6.3.5.54827', MINUTE);
  t.is(await series('6.4.0.60000', MINUTE + 60_000), 2 * before);
});

function changesAt(eventTs: number): BaseChanges {
  return { eventTs };
}
