import test from 'ava';
import { fuzzEvents } from '../../fuzz/fuzz-events.js';
import { fuzzRequests } from '../../fuzz/fuzz-requests.js';
import { faultOf } from '../../fuzz/line-check.js';
import { mutateJson } from '../../fuzz/mutate-json.js';
import { sampleEvents } from '../../fuzz/sample-events.js';
import { Random } from '../../src/simulator/random.js';
import { startTestInflux } from '../helpers/influx.js';

// The short form of npm run fuzz, with a seed of its own so that it finds the same each time.

const SEED = 1;
const CONTEXT = ['device', 'site'];

test.serial(
  'changed events leave no exception, and every line that comes of them is taken by InfluxDB',
  async (t) => {
    const influx = await startTestInflux(t);
    const { url, org, token, bucket } = influx;
    const target = async () => ({ url, org, token, bucket });
    const figures = await fuzzEvents({ seed: SEED, events: 5_000, target, progress: (line) => t.log(line) });
    t.true(figures.lines > 5_000, `${figures.lines} lines`);
    t.true((figures.outcomes['written'] ?? 0) > 1_000);
    t.is(figures.refused, 0);
  },
);

test.serial('changed requests neither end the bridge nor keep valid events out', async (t) => {
  const figures = await fuzzRequests(t, { seed: SEED, requests: 1_000, progress: (line) => t.log(line) });
  t.is(figures.validEvents, 4);
  t.true(Object.keys(figures.answers).length > 4);
  t.is(figures.answers['500'], undefined);
});

test('the same seed makes the same events', (t) => {
  const [sample] = sampleEvents();
  const make = (seed: number) =>
    Array.from({ length: 50 }, (_, index) => mutateJson(sample, new Random(seed + index)));
  t.deepEqual(make(7), make(7));
  t.notDeepEqual(make(7), make(8));
});

for (const [line, fault] of [
  [
    'zoom_wifi,account_id=a,device=b,meeting=m,participant=p,site=s,source=meeting rssi_avg_dbm=-60',
    undefined,
  ],
  [
    'zoom_wifi,account_id=a\\,\\ b\\=c,device=C:\\x,meeting=m,participant=p,site=s,source=meeting rssi_avg_dbm=-1e-7',
    undefined,
  ],
  [
    'zoom_wifi,account_id=a,device=b,meeting=m,participant=p,source=meeting rssi_avg_dbm=-60',
    /it has the tags/,
  ],
  [
    'zoom_wifi,account_id=a,device=,meeting=m,participant=p,site=s,source=meeting rssi_avg_dbm=-60',
    /not a line/,
  ],
  [
    'zoom_wifi,account_id=a,device=b\nx,meeting=m,participant=p,site=s,source=meeting rssi_avg_dbm=-60',
    /not a line/,
  ],
  [
    'zoom_wifi,account_id=a,device=b,x=y,meeting=m,participant=p,site=s,source=meeting rssi_avg_dbm=1',
    /it has the tags/,
  ],
  [
    'zoom_wifi,account_id=a,device=b,meeting=m,participant=p,site=s,source=meeting rssi_avg_dbm=NaN',
    /not a line/,
  ],
  ['zoom_wifi,account_id=a,device=b,meeting=m,participant=p,site=s,source=meeting name="a"b"', /not a line/],
  ['zoom_other,account_id=a x=1', /no measurement/],
] as const)
  test(`a line is judged by form and tags: ${line}`, (t) => {
    const found = faultOf(line, CONTEXT);
    if (fault === undefined) t.is(found, undefined);
    else t.regex(found ?? '', fault);
  });
