import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InfluxDB } from '@influxdata/influxdb-client';
import { connectAdmin } from '../src/influx/influx-admin.js';
import { findInfluxd } from '../src/influx/local/find-influxd.js';
import { onboardInfluxd } from '../src/influx/local/onboard.js';
import { startInfluxd } from '../src/influx/local/start-influxd.js';
import { provisionBucket } from '../src/influx/provision-buckets.js';
import { ROLLUPS, type Rollup, type RollupDefinition } from '../src/points/rollup-schema.js';
import { FAMILY_IMPORTS, familyFlux } from '../src/rollups/family-flux.js';
import { type Window, windowAt } from '../src/rollups/windows.js';

// What the tasks of a 5-minute round, an hourly and a nightly round cost at the end of a busy day: 3,000 participants, 500 of them at
// a time for ten hours, six streams each, a sample a minute.

const DAY = Date.parse('2026-11-24T00:00:00Z');
const MINUTE = 60_000;
const PEOPLE = 3_000;
const STAY_MINUTES = 100;
const FIRST_MINUTE = 480;
const LAST_MINUTE = 1_080;
const BATCH = 20_000;
const BUCKETS = { bucket: 'zoom', rollupBucket: 'zoom_rollup' };

let state = 1;
function random(): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return state / 0x80000000;
}
const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? '';
const upTo = (most: number) => (random() * most).toFixed(1);

const people = Array.from({ length: PEOPLE }, (_, index) => {
  const meeting = Math.floor(index / 10);
  const site = pick(['hq', 'paris', 'berlin', 'tokyo', 'unknown', 'lyon']);
  const network = pick(['Wired', 'Wifi', 'Cellular']);
  return {
    from: FIRST_MINUTE + (meeting % 6) * STAY_MINUTES,
    wifi: network === 'Wifi',
    tags:
      `account_id=acc,client_version=${pick(['6.3.5', '6.3.6', '6.4.0', '6.2.1', '6.1.0'])},data_center=${pick(['SC', 'FR', 'TY'])}` +
      `,device=${pick(['Windows', 'Mac', 'iOS', 'Android'])},isp=${pick(['A', 'B', 'C', 'D'])},location=${site}\\ city` +
      `,meeting=meeting${meeting}/AB+c\\=\\=,network_type=${network},participant=${16_778_240 + index * 1_024},site=${site}` +
      `,source=${random() < 0.1 ? 'webinar' : 'meeting'}`,
  };
});

function* linesOf(minute: number): Generator<string> {
  const time = DAY / 1_000 + minute * 60;
  for (const { from, wifi, tags } of people) {
    if (minute < from || minute >= from + STAY_MINUTES) continue;
    for (const media of ['audio', 'video', 'share'])
      for (const direction of ['sent', 'received'])
        yield `zoom_qos,${tags},direction=${direction},leg=client,media=${media},stream=${media}_${direction} ` +
          `bitrate_kbps=${upTo(900)},latency_ms=${upTo(200)},jitter_ms=${upTo(50)},loss_avg_pct=${upTo(3)},loss_max_pct=${upTo(9)}` +
          `${media === 'audio' ? '' : `,frame_rate_fps=${upTo(30)},width_px=1280,height_px=720`},poor=${random() < 0.2 ? 1 : 0} ${time}`;
    yield `zoom_cpu,${tags} zoom_avg_pct=${upTo(20)},system_max_pct=${upTo(100)} ${time}`;
    if (wifi) yield `zoom_wifi,${tags} rssi_avg_dbm=-${upTo(90)} ${time}`;
  }
  for (let call = 0; call < 30; call += 1)
    for (const party of ['caller', 'callee'])
      for (const direction of ['sent', 'received'])
        yield `zoom_call,account_id=acc,call=call${Math.floor(minute / 10) * 30 + call},direction=${direction},party=${party} ` +
          `mos=${upTo(5)},latency_ms=${upTo(200)},jitter_ms=${upTo(50)},loss_avg_pct=${upTo(3)},loss_max_pct=3,poor=0 ${time}`;
}

async function load(url: string, token: string): Promise<number> {
  let lines: string[] = [];
  let written = 0;
  const flush = async () => {
    written += lines.length;
    const response = await fetch(`${url}/api/v2/write?org=bench&bucket=zoom&precision=s`, {
      method: 'POST',
      headers: { authorization: `Token ${token}`, 'content-encoding': 'gzip' },
      body: gzipSync(lines.join('\n'), { level: 1 }),
    });
    if (response.status !== 204) throw new Error(await response.text());
    lines = [];
  };
  for (let minute = FIRST_MINUTE; minute < LAST_MINUTE; minute += 1) {
    lines.push(...linesOf(minute));
    if (lines.length >= BATCH) await flush();
  }
  await flush();
  return written;
}

/** Windows of a round at 17:30, by how many minutes ago they began; the hour is the one that runs. */
const at = (resolution: '5m' | '1h' | '1d', ...minutes: number[]): Window[] =>
  minutes.map((minute) => windowAt(resolution, DAY + minute * MINUTE));
const ROUNDS: Readonly<Record<string, readonly Window[]>> = {
  'every 5m': [...at('5m', 1_035, 1_040, 1_045, 950, 900), ...at('1h', 1_020)],
  'every 1h': at('1h', 960, 900, 840, 780),
  'every 1d': at('1d', 0),
};

const found = await findInfluxd();
if (found === undefined) throw new Error('there is no influxd: "npm test" builds one');
const dataDir = mkdtempSync(join(tmpdir(), 'qss-bridge-bench-influx-'));
const { url, pid, stop } = await startInfluxd({ binary: found.path, dataDir });

/** Seconds of processor time used so far. Source: proc(5), fields 14 and 15. */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
const memory = (name: string) =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

try {
  const { token } = await onboardInfluxd({ url, dataDir, org: 'bench', bucket: 'zoom' });
  const admin = await connectAdmin({ url, org: 'bench', adminToken: token });
  const forEver = { retentionSeconds: 0, shardGroupSeconds: 86_400 };
  await provisionBucket(admin, { name: 'zoom', ...forEver });
  await provisionBucket(admin, { name: 'zoom_rollup', ...forEver });
  console.log(`${await load(url, token)} lines of one day; ${Math.round(memory('VmRSS'))} MB`);
  const api = new InfluxDB({ url, token, timeout: 600_000 }).getQueryApi('bench');
  console.log('round     family         windows  seconds  CPU s  peak MB');
  for (const [round, windows] of Object.entries(ROUNDS))
    for (const rollup of Object.keys(ROLLUPS) as Rollup[]) {
      const { resolutions }: RollupDefinition = ROLLUPS[rollup];
      const own = windows.filter(({ resolution }) => resolutions.includes(resolution));
      if (own.length === 0) continue;
      const before = { at: performance.now(), cpu: cpuSeconds() };
      await api.collectRows(`${FAMILY_IMPORTS}\n${familyFlux(rollup, own, BUCKETS)}`);
      const seconds = (performance.now() - before.at) / 1_000;
      const cells = [
        own.length,
        seconds.toFixed(1),
        (cpuSeconds() - before.cpu).toFixed(1),
        Math.round(memory('VmHWM')),
      ];
      console.log(
        `${round}  ${rollup.padEnd(15)}${cells.map((cell) => String(cell).padStart(7)).join('  ')}`,
      );
    }
} finally {
  await stop();
  rmSync(dataDir, { recursive: true, force: true });
}
