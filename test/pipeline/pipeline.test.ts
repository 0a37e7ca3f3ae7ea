import { setTimeout as delay } from 'node:timers/promises';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Refusal } from '../../src/influx/delivery.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { until } from '../helpers/until.js';
import { BASE_DETAILS, BASE_TIME, baseData, baseEvent, baseWith, sample } from '../points/base-event.js';
import { type RunOptions, runPipeline } from './run-pipeline.js';

const test = anyTest as TestFn<{ influx: TestInflux }>;
let shared: TestInflux | undefined;

test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());
test.beforeEach((t) => {
  if (shared === undefined) throw new Error('no InfluxDB');
  t.context.influx = shared;
});

let buckets = 0;

/** A pipeline that writes to a bucket of its own. */
async function start(
  t: ExecutionContext<{ influx: TestInflux }>,
  options: Omit<RunOptions, 'bucket'> & { readonly retentionSeconds?: number } = {},
) {
  const { influx } = t.context;
  buckets += 1;
  const bucket = `bucket-${buckets}`;
  const { retentionSeconds = 0, ...rest } = options;
  await influx.createBucket(bucket, { retentionSeconds });
  return {
    bucket,
    dump: () => dumpBucket(influx, bucket),
    restart: (more: Partial<RunOptions> = {}) => runPipeline(t, influx, { ...rest, ...more, bucket }),
    ...runPipeline(t, influx, { ...rest, bucket }),
  };
}

const outcome = (counts: Partial<ReturnType<Awaited<ReturnType<typeof start>>['spool']['counts']>>) => ({
  written: 0,
  repeated: 0,
  ignored: 0,
  quarantined: 0,
  waiting: 0,
  ...counts,
  accepted: Object.values(counts).reduce((sum, count) => sum + count, 0),
});

const fieldOf = (dump: readonly string[], field: string, measurement = 'zoom_qos') =>
  dump
    .map((row) => JSON.parse(row) as Record<string, unknown>)
    .filter((row) => row['_field'] === field && row['_measurement'] === measurement);

test('a repeated delivery is counted as one, and its points are there once', async (t) => {
  const { append, drained, spool, dump, pipeline } = await start(t);
  const event = JSON.stringify(baseEvent());
  await append(event, event);
  await drained();
  const once = await dump();
  await append(event);
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 1, repeated: 2 }));
  t.deepEqual(await dump(), once);
  t.deepEqual(
    fieldOf(once, 'latency_ms').map((row) => [row['_value'], row['_time']]),
    [[134, '2025-10-09T08:54:00Z']],
  );
  t.is(pipeline.tally.snapshot().points['zoom_qos'], 1);
});

test('a notice longer than any is written and holds nothing up', async (t) => {
  const { append, drained, spool, dump } = await start(t);
  const notice = sample('notification', { network_notification: 'x'.repeat(100_000) });
  const event = JSON.stringify(baseEvent({ qos: [notice] }));
  await append(event);
  await drained();
  await append(event, JSON.stringify(baseEvent({ participant: { user_id: '7' } })));
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 2, repeated: 1 }));
  t.is(fieldOf(await dump(), 'count', 'zoom_notice').length, 1);
});

test('an event that QSS does not have is ignored, whole, and repeated ones of it are recognised', async (t) => {
  const { append, drained, spool, dump, quarantine, pipeline } = await start(t);
  const unknown = JSON.stringify({ event: 'user.presence_status_updated', event_ts: 1, payload: {} });
  await append(unknown, unknown);
  await drained();
  t.deepEqual(spool.counts(), outcome({ ignored: 1, repeated: 1 }));
  t.deepEqual(await dump(), []);
  t.is(quarantine.size(), 0);
  t.deepEqual(pipeline.tally.snapshot().events, { unknown_event: 1 });
});

test('what can not be decoded goes to quarantine, whole and with its reason, and back when it is tried again', async (t) => {
  const { append, drained, spool, quarantine, dump, pipeline } = await start(t);
  const bodies = [
    JSON.stringify({ event: 'meeting.participant_qos', event_ts: 1_760_000_061_000, payload: {} }),
    '{"event":"meeting.participant_qos"',
  ];
  await append(...bodies);
  await drained();
  t.deepEqual(spool.counts(), outcome({ quarantined: 2 }));
  const items = [...quarantine.list()];
  t.deepEqual(
    items.map(({ kind, reason, name, seq, content }) => [kind, reason, name, seq, String(content)]),
    [
      ['event', 'no_object', 'meeting.participant_qos', 1, bodies[0]],
      ['event', 'not_json', '(no name)', 2, bodies[1]],
    ],
  );
  await append(...bodies);
  await drained();
  t.deepEqual(
    spool.counts(),
    outcome({ quarantined: 2, repeated: 2 }),
    'repeated deliveries are not kept again',
  );
  t.is(quarantine.size(), 2);

  t.is(quarantine.retry({ reason: 'no_object' }), 1);
  pipeline.poke();
  await until('it is back in quarantine', () => [...quarantine.list({ reason: 'no_object' })][0]?.id === 3);
  await drained();
  t.deepEqual(spool.counts(), outcome({ quarantined: 2, repeated: 2 }));
  t.deepEqual(
    [...quarantine.list()].map(({ id, seq }) => [id, seq]),
    [
      [2, 2],
      [3, 1],
    ],
  );
  t.deepEqual(await dump(), []);

  t.is(quarantine.drop({ ids: [2] }), 1);
  t.is(quarantine.size(), 1);
  t.is(spool.counts().quarantined, 2, 'what was dropped stays counted');
});

test('of an event with an unreadable value the rest is written, and a copy of it kept', async (t) => {
  const { append, drained, spool, quarantine, dump, pipeline } = await start(t);
  await append(baseWith({ ...BASE_DETAILS, latency: 'a while' }));
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 1 }));
  const written = await dump();
  t.is(fieldOf(written, 'latency_ms').length, 0);
  t.deepEqual(
    fieldOf(written, 'jitter_ms').map((row) => row['_value']),
    [6],
  );
  const [item] = [...quarantine.list()];
  t.is(item?.kind, 'values');
  t.is(item?.reason, 'unreadable_value');
  t.regex(item?.detail ?? '', /latency/);

  t.is(quarantine.retry({ ids: [item?.id ?? 0] }), 1);
  pipeline.poke();
  await until(
    'it was tried again',
    () => [...quarantine.list()].some(({ id }) => id !== item?.id) && quarantine.size() === 1,
  );
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 1 }), 'it counts once, as what it is');
  t.deepEqual(await dump(), written);
});

test('of two readings for one moment the later event wins, in either order, close together or far apart', async (t) => {
  const older = baseEvent();
  const newer = baseEvent({
    eventTs: 1_760_000_066_000,
    qos: [sample('audio_input', { ...BASE_DETAILS, bitrate: '70 kbps', latency: '200 ms' })],
  });
  const dumps: string[][] = [];
  for (const [first, second] of [
    [older, newer],
    [newer, older],
  ]) {
    const together = await start(t, { settleMs: 300 });
    await together.append(first, second);
    await together.drained();
    dumps.push(await together.dump());
    const apart = await start(t);
    await apart.append(first);
    await apart.drained();
    await apart.append(second);
    await apart.drained();
    dumps.push(await apart.dump());
    const acrossRestart = await start(t);
    await acrossRestart.append(first);
    await acrossRestart.drained();
    await acrossRestart.stop();
    const again = acrossRestart.restart({ dataDir: acrossRestart.dataDir });
    await again.append(second);
    await again.drained();
    dumps.push(await acrossRestart.dump());
  }
  t.is(dumps.length, 6);
  for (const dump of dumps) {
    t.deepEqual(dump, dumps[0]);
    t.deepEqual(
      fieldOf(dump, 'bitrate_kbps').map((row) => row['_value']),
      [70],
    );
  }
});

test('what one event says of two streams stays two series', async (t) => {
  const { append, drained, dump } = await start(t);
  await append(
    baseEvent({
      qos: [
        sample('audio_input', BASE_DETAILS),
        sample('audio_output', { ...BASE_DETAILS, latency: '20 ms' }),
      ],
    }),
  );
  await drained();
  t.deepEqual(
    fieldOf(await dump(), 'latency_ms')
      .map((row) => [row['stream'], row['_value']])
      .sort(),
    [
      ['audio_input', 134],
      ['audio_output', 20],
    ],
  );
});

test('details that come late tag what comes after them and rewrite nothing', async (t) => {
  const { append, drained, dump } = await start(t);
  const first = baseEvent();
  const data = baseData([{ date_time: '2025-10-09T08:53:50Z', device: 'Windows', network_type: 'Wifi' }]);
  const second = baseEvent({
    eventTs: 1_760_000_121_000,
    qos: [sample('audio_input', BASE_DETAILS, '2025-10-09T08:55:00Z')],
  });
  await append(first);
  await drained();
  const before = await dump();
  await append(data);
  await drained();
  await append(second);
  await drained();
  const after = await dump();
  t.deepEqual(
    before.filter((row) => !after.includes(row)),
    [],
    'every point of before is still there, unchanged',
  );
  t.deepEqual(
    fieldOf(after, 'latency_ms')
      .map((row) => [row['_time'], row['device']])
      .sort(),
    [
      ['2025-10-09T08:54:00Z', 'unknown'],
      ['2025-10-09T08:55:00Z', 'Windows'],
    ],
  );
});

test('details that come a moment late still tag the reading before them', async (t) => {
  const { append, drained, dump } = await start(t, { settleMs: 2_000 });
  await append(baseEvent());
  await delay(300);
  await append(baseData([{ date_time: '2025-10-09T08:53:50Z', device: 'Windows', network_type: 'Wifi' }]));
  await drained();
  t.deepEqual(
    fieldOf(await dump(), 'latency_ms').map((row) => row['device']),
    ['Windows'],
  );
});

test('what was learned is still known after a restart', async (t) => {
  const started = await start(t);
  await started.append(
    baseData([{ date_time: '2025-10-09T08:53:50Z', device: 'Windows', network_type: 'Wifi' }]),
  );
  await started.drained();
  t.true(await started.stop());
  const again = started.restart({ dataDir: started.dataDir });
  await again.append(baseEvent());
  await again.drained();
  t.deepEqual(
    fieldOf(await started.dump(), 'latency_ms').map((row) => row['device']),
    ['Windows'],
  );
  t.is(again.spool.counts().written, 2);
});

/** A live reading of one participant, so many minutes ago. */
function reading(user: string, minutesAgo: number) {
  const time = Math.floor(Date.now() / 60_000 - minutesAgo) * 60_000;
  return baseEvent({
    eventTs: time + 5_000,
    participant: {
      user_id: user,
      qos: [sample('audio_input', BASE_DETAILS, new Date(time).toISOString().replace('.000', ''))],
    },
  });
}

test('points beyond the retention are lost alone: their neighbours are stored, and nothing is sent again', async (t) => {
  const refused: Refusal[] = [];
  const { append, drained, spool, quarantine, dump, pipeline } = await start(t, {
    retentionSeconds: 86_400,
    settleMs: 200,
    onRefusals: (refusals) => refused.push(...refusals),
  });
  await append(reading('1', 5), reading('2', 30 * 1_440), reading('3', 4));
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 2, quarantined: 1 }));
  t.deepEqual(
    fieldOf(await dump(), 'latency_ms')
      .map((row) => row['participant'])
      .sort(),
    ['1', '3'],
  );
  t.is(refused.length, 1);
  t.is(refused[0]?.reason, 'influx_refused');
  t.regex(refused[0]?.message ?? '', /outside retention policy .* oldest point of zoom_qos at .*dropped=1/);
  t.false(refused[0]?.message.includes('account_id'), 'InfluxDB quotes the series, which may hold names');
  t.is(pipeline.tally.snapshot().batches, 1, 'one request only');
  t.deepEqual(pipeline.tally.snapshot().refusals, { influx_refused: 1 });
  const [item] = [...quarantine.list()];
  t.deepEqual([item?.kind, item?.reason, item?.seq], ['event', 'influx_refused', 2]);
});

test('of an event of which a part is beyond the retention that part alone goes to quarantine', async (t) => {
  const { append, drained, spool, quarantine, dump } = await start(t, { retentionSeconds: 86_400 });
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  await append(
    baseEvent({
      eventTs: now,
      qos: [
        sample('audio_input', BASE_DETAILS, new Date(now - 60_000).toISOString().replace('.000', '')),
        sample(
          'audio_output',
          BASE_DETAILS,
          new Date(now - 3 * 86_400_000).toISOString().replace('.000', ''),
        ),
      ],
    }),
  );
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 1 }));
  t.is(fieldOf(await dump(), 'latency_ms').length, 1);
  const [item] = [...quarantine.list()];
  t.is(item?.kind, 'line');
  t.regex(String(item?.content), /^zoom_qos,.*stream=audio_output .* \d{13}$/);
});

test('a field that has another type in the bucket goes to quarantine, and is written once that is put right', async (t) => {
  const { append, drained, spool, quarantine, dump, bucket, pipeline } = await start(t);
  const { influx } = t.context;
  await fetch(`${influx.url}/api/v2/write?org=${influx.org}&bucket=${bucket}&precision=s`, {
    method: 'POST',
    headers: { authorization: `Token ${influx.token}` },
    body: 'zoom_qos,by=someone latency_ms="fast" 1760000040',
  });
  await append(baseEvent(), baseData([{ date_time: '2025-10-09T08:53:50Z', device: 'Windows' }]));
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 1, quarantined: 1 }));
  const [item] = [...quarantine.list()];
  t.deepEqual([item?.kind, item?.reason], ['event', 'influx_refused']);
  t.regex(item?.detail ?? '', /field type conflict.*latency_ms/);

  await influx.deleteAll(bucket);
  quarantine.retry({ reason: 'influx_refused' });
  pipeline.poke();
  await until('it left quarantine', () => quarantine.size() === 0);
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 2 }));
  t.deepEqual(
    fieldOf(await dump(), 'latency_ms').map((row) => row['_value']),
    [134],
  );
});

test('a refused point is written alone when it is tried again, and leaves quarantine', async (t) => {
  const { append, drained, spool, quarantine, dump, bucket, pipeline } = await start(t);
  const { influx } = t.context;
  await fetch(`${influx.url}/api/v2/write?org=${influx.org}&bucket=${bucket}&precision=s`, {
    method: 'POST',
    headers: { authorization: `Token ${influx.token}` },
    body: 'zoom_wifi,by=someone rssi_avg_dbm="good" 1760000040',
  });
  await append(
    baseEvent({
      qos: [
        sample('audio_input', BASE_DETAILS),
        sample('wifi_rssi', { min_rssi: '-60', avg_rssi: '-55', max_rssi: '-50', rssi_unit: 'dBm' }),
      ],
    }),
  );
  await drained();
  t.is(spool.counts().written, 1);
  const [item] = [...quarantine.list()];
  t.is(item?.kind, 'line');
  t.is(item?.name, 'zoom_wifi');
  quarantine.retry({ ids: [item?.id ?? 0] });
  pipeline.poke();
  // What comes after it is written after it was tried.
  await append(baseEvent({ eventTs: BASE_TIME + 81_000, qos: [sample('audio_input', BASE_DETAILS)] }));
  await drained();
  t.is(spool.tables.meta.get('retry'), undefined, 'it was tried');
  t.is(quarantine.size(), 1, 'refused once more it stays');
  await influx.deleteAll(bucket);
  quarantine.retry({ ids: [item?.id ?? 0] });
  pipeline.poke();
  await until('it left quarantine', () => quarantine.size() === 0);
  t.deepEqual(
    fieldOf(await dump(), 'rssi_avg_dbm', 'zoom_wifi').map((row) => row['_value']),
    [-55],
  );
  t.deepEqual(spool.counts(), outcome({ written: 2 }));
});

test('an event with an unreadable value of which all else is refused lies in quarantine once', async (t) => {
  const { append, drained, spool, quarantine, pipeline } = await start(t, { retentionSeconds: 86_400 });
  await append(baseWith({ ...BASE_DETAILS, latency: 'a while' }));
  await drained();
  t.deepEqual(spool.counts(), outcome({ quarantined: 1 }));
  t.deepEqual(
    [...quarantine.list()].map(({ kind }) => kind),
    ['event'],
  );
  quarantine.retry({});
  pipeline.poke();
  await until('it was tried again', () => [...quarantine.list()][0]?.id !== 1 && quarantine.size() === 1);
  await drained();
  t.deepEqual(spool.counts(), outcome({ quarantined: 1 }));
});

test('told to stop it writes what still waits for its time', async (t) => {
  const { append, dump, stop, spool } = await start(t, { settleMs: 60_000 });
  await append(baseEvent());
  await until('it was read', () => spool.counts().waiting === 1);
  t.deepEqual(await dump(), []);
  t.true(await stop());
  t.true((await dump()).length > 0);
});

test('many events that wait for their time do not make many small batches', async (t) => {
  const { append, drained, pipeline } = await start(t, { settleMs: 2_000 });
  const began = performance.now();
  for (let round = 0; round < 100; round += 1) {
    const events = Array.from({ length: 25 }, (_, index) =>
      baseEvent({
        eventTs: BASE_TIME + round * 25 + index,
        qos: [sample(`stream_${index}`, BASE_DETAILS)],
      }),
    );
    await append(...events);
    await delay(30);
  }
  await drained();
  const seconds = (performance.now() - began) / 1_000;
  const { batches } = pipeline.tally.snapshot();
  t.true(batches >= 1 && batches <= seconds + 3, `${batches} batches in ${seconds} s`);
});

test('a hundred events of one participant and moment, each delivered twice, are written once each', async (t) => {
  const { append, drained, spool, dump } = await start(t);
  const events = Array.from({ length: 100 }, (_, index) =>
    JSON.stringify(
      baseEvent({ eventTs: 1_760_000_061_000 + index, qos: [sample(`stream_${index}`, BASE_DETAILS)] }),
    ),
  );
  await append(...events);
  await drained();
  await append(...events);
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 100, repeated: 100 }));
  t.is(fieldOf(await dump(), 'latency_ms').length, 100);
});

test('people without any number or id are not taken for one another', async (t) => {
  const { append, drained, spool, dump } = await start(t);
  const nobody = (index: number) =>
    JSON.stringify(
      baseEvent({
        uuid: `meeting-${index % 2}`,
        participant: { user_id: '', participant_user_id: '' },
        eventTs: 1_760_000_061_000 + index,
        qos: [
          sample(index % 3 === 0 ? 'audio_input' : 'video_input', {
            ...BASE_DETAILS,
            latency: `${index} ms`,
          }),
        ],
      }),
    );
  const events = Array.from({ length: 12 }, (_, index) => nobody(index));
  await append(...events, ...events);
  await drained();
  t.deepEqual(spool.counts(), outcome({ written: 12, repeated: 12 }));
  t.is(fieldOf(await dump(), 'latency_ms').length, 4, 'two meetings, two streams');
});

test('ids that hold what parts keys are told apart', async (t) => {
  const { append, drained, dump } = await start(t);
  const details = (device: string) => [{ date_time: '2025-10-09T08:53:00Z', device }];
  const one = { uuid: 'a|b', participant: { user_id: 'c', participant_user_id: '' } };
  const other = { uuid: 'a', participant: { user_id: 'b|c', participant_user_id: '' } };
  await append(
    JSON.stringify(baseData(details('Mac'), { ...one, eventTs: 1_760_000_020_000 })),
    JSON.stringify(baseEvent(one)),
    JSON.stringify(baseEvent(other)),
  );
  await drained();
  const devices = fieldOf(await dump(), 'latency_ms').map(({ meeting, participant, device }) => [
    meeting,
    participant,
    device,
  ]);
  t.deepEqual(devices.sort(), [
    ['a', 'b|c', 'unknown'],
    ['a|b', 'c', 'Mac'],
  ]);
});
