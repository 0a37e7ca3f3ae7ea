import anyTest, { type TestFn } from 'ava';
import { FAMILY_IMPORTS, familyFlux } from '../../src/rollups/family-flux.js';
import { windowAt } from '../../src/rollups/windows.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { BASE_DETAILS, BASE_TIME, baseData, baseEvent, baseWith, sample } from '../points/base-event.js';
import { asGrafana, type Filling } from './as-grafana.js';
import { DASHBOARDS, panel } from './dashboard-files.js';
import { queriesOf } from './queries-of.js';
import { linesOf, writeLines } from './seed.js';

const test = anyTest as TestFn;
let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux();
});
test.after.always(async () => await influx?.stop());

const MINUTE = 60_000;

type Row = Record<string, unknown>;

async function run(
  bucket: string,
  query: string,
  from: number,
  to: number,
  variables: Filling['variables'],
): Promise<Row[]> {
  const all = new Proxy(variables, {
    get: (known, name: string) =>
      known[name] ??
      (name === 'rollup_bucket' ? [influx.rollupBucket] : name === 'search' ? [''] : { all: '.*' }),
  });
  const filling = { from, to, windowMs: MINUTE, bucket, organization: influx.org, variables: all };
  const rows = await influx.query(asGrafana(query, filling));
  return rows.map(({ result: _result, table: _table, ...row }) => row);
}

test('C27: texts beside numbers, new types and numbers in other forms leave no panel with an error, nor a number with a text', async (t) => {
  const bucket = 'c27';
  await influx.createBucket(bucket);
  const rssi = (value: unknown) => ({ max_rssi: value, avg_rssi: -69, min_rssi: '-75', rssi_unit: 'dBm' });
  const events = [
    baseData([
      { date_time: '2025-10-09T08:53:00Z', device: 'Mac', network_type: 'Wifi', microphone: 'Sample mic' },
    ]),
    baseEvent(),
    baseWith({ bitrate: '', latency: '-', jitter: 'N/A', avg_loss: '0.3%', max_loss: '0.3' }, 'video_input'),
    ...['-35', -35, '-35.5', '-35 dBm'].map((value, index) =>
      baseEvent({
        eventTs: 1_760_000_062_000 + index,
        qos: [sample('wifi_rssi', rssi(value), `2025-10-09T08:5${index}:00Z`)],
      }),
    ),
    baseEvent({
      eventTs: 1_760_000_070_000,
      qos: [
        sample('notification', { network_notification: 'network bandwidth low' }),
        sample('hologram_input', { bitrate: '5 kbps', foo: '12 widgets' }),
        sample('cpu_usage', { system_max_cpu_pressure_level: 'serious', system_max_cpu_usage: '70%' }),
        sample('audio_quality', { quality: 'good', quality_score: '4.5' }),
        sample('audio_output', BASE_DETAILS),
      ],
    }),
  ];
  await writeLines({ ...influx, bucket }, linesOf(events));
  const variables = { meeting: ['abcdEFGH1234ijklMNOP5w=='], participant: ['16778240'] };
  let asked = 0;
  for (const dashboard of DASHBOARDS)
    for (const { query, place, kind, panelType } of queriesOf(dashboard)) {
      const rows = await run(
        bucket,
        query,
        BASE_TIME - 30 * MINUTE,
        BASE_TIME + 30 * MINUTE,
        variables,
      ).catch((error: unknown) => {
        throw new Error(`${dashboard.uid} ${kind} ${place}: ${String(error)}`);
      });
      asked += 1;
      if (panelType === 'timeseries') for (const row of rows) t.is(typeof row['_value'], 'number', place);
    }
  t.true(asked > 100, `${asked}`);
  const details = await run(
    bucket,
    panel('qss-participant', 'Details').query,
    BASE_TIME - 30 * MINUTE,
    BASE_TIME + 30 * MINUTE,
    variables,
  );
  t.true(
    details.some(({ what, told }) => what === 'Microphone' && told === 'Sample mic'),
    JSON.stringify(details),
  );
  const signal = await run(
    bucket,
    panel('qss-participant', 'Wi-Fi signal', 'timeseries').query,
    BASE_TIME - 30 * MINUTE,
    BASE_TIME + 30 * MINUTE,
    variables,
  );
  t.deepEqual(
    signal.map(({ _value }) => _value),
    [-69, -69, -69, -69],
  );
});

const PEOPLE = 1_200;
const FROM = Date.parse('2026-02-03T09:00:00Z');

test('C28: of a webinar with 1,200 people everybody is counted, the worst are listed, and an absence is a gap', async (t) => {
  t.timeout(120_000);
  const bucket = 'c28';
  await influx.createBucket(bucket);
  // Person 7 is poor all the time, and away from minute 10 to 20; every hundredth is poor in every other minute.
  const lines = Array.from({ length: PEOPLE }, (_, person) =>
    Array.from({ length: 30 }, (_, minute) => {
      if (person === 7 && minute >= 10 && minute < 20) return [];
      const poor = person === 7 || (person % 100 === 0 && minute % 2 === 0) ? 1 : 0;
      const tags = `account_id=A,source=webinar,meeting=big,participant=${1000 + person},site=S,media=audio,direction=received,stream=audio_output`;
      return [
        `zoom_qos,${tags} poor=${poor},latency_ms=40,jitter_ms=5,loss_avg_pct=0 ${FROM + minute * MINUTE}`,
      ];
    }).flat(),
  ).flat();
  for (let index = 0; index < lines.length; index += 10_000)
    await writeLines({ ...influx, bucket }, lines.slice(index, index + 10_000));
  const ask = (title: string) =>
    run(bucket, panel('qss-meeting', title).query, FROM, FROM + 30 * MINUTE, { meeting: ['big'] });

  t.deepEqual(
    (await ask('People')).map(({ _value }) => _value),
    [PEOPLE],
  );
  const roster = await ask('People, the worst first (at most fifty)');
  t.is(roster.length, 50);
  t.is(roster[0]?.['participant'], '1007');
  t.deepEqual(new Set(roster.slice(1, 13).map(({ poor_pct: poor }) => poor)), new Set([50]));

  const suffering = await ask('Who suffers when (the twenty worst)');
  t.true(new Set(suffering.map(({ person }) => person)).size <= 20);
  const own = suffering
    .filter(({ person }) => person === '1007')
    .map(({ _time }) => Date.parse(String(_time)));
  const steps = own.slice(1).map((time, index) => (time - (own[index] ?? 0)) / MINUTE);
  t.deepEqual(
    steps.filter((step) => step !== 1),
    [11],
    'a minute apart, but for the absence',
  );

  const counted = await ask('People with poor quality');
  const inMinute = (who: string, minute: number) =>
    counted.find(
      (row) => row['who'] === who && Date.parse(String(row['_time'])) === FROM + minute * MINUTE,
    )?.['_value'];
  t.is(inMinute('in the meeting', 5), PEOPLE);
  t.is(inMinute('in the meeting', 15), PEOPLE - 1);
  t.is(inMinute('with poor quality', 5), 1);
  t.is(inMinute('with poor quality', 4), 13);
});

test('C28: lines are drawn through a missing minute, and not through an absence', (t) => {
  const lines = DASHBOARDS.flatMap(({ panels }) => panels).filter(({ type }) => type === 'timeseries') as {
    title: string;
    fieldConfig: { defaults: { custom: { spanNulls: number } } };
  }[];
  t.true(lines.length > 30);
  for (const { title, fieldConfig } of lines) {
    const { spanNulls } = fieldConfig.defaults.custom;
    // Daily points are a day apart.
    if (title.includes('by day')) continue;
    t.true(spanNulls > MINUTE && spanNulls < 10 * MINUTE, title);
  }
});

test('C29: a day is one of UTC and stands where it starts; minutes are not shifted by a window', async (t) => {
  const bucket = influx.bucket;
  const moments = ['2025-10-09T18:15:00Z', '2025-10-09T18:25:00Z'].map((time) => Date.parse(time));
  const tags =
    'account_id=A,source=meeting,meeting=m,participant=1,site=S,media=audio,direction=sent,stream=audio_input';
  await writeLines(
    influx,
    moments.map((time) => `zoom_qos,${tags} poor=0,latency_ms=1 ${time}`),
  );
  const days = ['2025-10-08', '2025-10-09', '2025-10-10'].map((date) => windowAt('1d', Date.parse(date)));
  await influx.query(
    `${FAMILY_IMPORTS}\n${familyFlux('zoom_place', days, { bucket, rollupBucket: influx.rollupBucket })}`,
  );
  const [from, to] = [Date.parse('2025-10-08'), Date.parse('2025-10-11')];
  const byDay = await run(
    bucket,
    panel('qss-places', 'Good minutes by day and site (UTC)').query,
    from,
    to,
    {},
  );
  t.deepEqual(byDay, [{ site: 'S', _time: '2025-10-09T00:00:00Z', _value: 100 }]);
  const bySite = await run(bucket, panel('qss-places', 'Good minutes by site (UTC)').query, from, to, {});
  t.deepEqual(
    bySite.map(({ samples }) => samples),
    [2],
  );
  const minutes = await run(
    bucket,
    panel('qss-overview', 'Poor minutes by media').query,
    moments[0] ?? 0,
    (moments[0] ?? 0) + 15 * MINUTE,
    {},
  );
  t.deepEqual(
    minutes.map(({ _time }) => Date.parse(String(_time))),
    moments,
  );
});
