import test from 'ava';
import type { JsonRecord } from '../../src/zoom/json.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { BASE_DETAILS, BASE_TIME, baseData, baseEvent, baseWith, sample } from './base-event.js';
import { DAY_END, DAY_START, ownBucket, withNumber } from './case-helpers.js';
import { linesOf, linesOfOne, startFolding } from './folding.js';
import { type ReadLine, readLine } from './line-reading.js';
import { readBack, writeLines } from './read-back.js';

let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux();
});

test.after.always(async () => influx.stop());

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
  for (const [details, fields] of forms) t.deepEqual(fieldsOf(baseWith(details)), fields);
});

test('C12: a text that is no number of its field is left out and counted, its neighbours stay', (t) => {
  for (const text of ['12abc', 'Infinity', '0x10']) {
    const worked = startFolding().fold(baseWith({ ...BASE_DETAILS, bitrate: text, latency: text }));
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
      ['caller', 'sent', '6900000000000000778', 4.5, 'LAN', BASE_TIME],
      ['caller', 'received', '6900000000000000778', 4.4, undefined, BASE_TIME],
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
  t.is(first?.time, BASE_TIME);
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
  const worked = startFolding().fold(baseWith(details));
  t.deepEqual(
    linesOf(worked).map((line) => readLine(line).fields),
    [{ loss_max_pct: 0.3 }],
  );
  t.deepEqual(worked.omissions, []);
});

test('C14: where nothing is left there is no line, and the event is settled all the same', (t) => {
  const empty = { bitrate: '', latency: '-', jitter: null, avg_loss: 'N/A', max_loss: '', resolution: '' };
  const events = [
    baseWith(empty),
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

test('C15: a metric is a float in every form it comes in, and InfluxDB takes all four', async (t) => {
  const own = await ownBucket(influx, 'c15');
  const forms: [unknown, number][] = [
    ['-35', -35],
    [-35, -35],
    ['-35.5', -35.5],
    ['-35 dBm', -35],
  ];
  for (const [form, value] of forms) {
    const details = { max_rssi: form, avg_rssi: -69, min_rssi: '-75', rssi_unit: 'dBm' };
    const lines = linesOfOne(baseWith(details, 'wifi_rssi'));
    t.regex(
      lines.join(),
      new RegExp(` rssi_avg_dbm=-69,rssi_max_dbm=${value},rssi_min_dbm=-75 ${BASE_TIME}$`),
    );
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
