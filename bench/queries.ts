import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InfluxDB } from '@influxdata/influxdb-client';
import { allDashboards } from '../grafana/src/all.js';
import { connectAdmin } from '../src/influx/influx-admin.js';
import { findInfluxd, INFLUXD_VERSION } from '../src/influx/local/find-influxd.js';
import { onboardInfluxd } from '../src/influx/local/onboard.js';
import { startInfluxd } from '../src/influx/local/start-influxd.js';
import {
  provisionBucket,
  rawShardGroupSeconds,
  rollupShardGroupSeconds,
} from '../src/influx/provision-buckets.js';
import { VERSION } from '../src/version.js';
import type { DashboardJson } from '../test/grafana/queries-of.js';
import { questions, RANGES, type RangeName } from './queries/ask.js';
import { type Filled, fill, type Progress } from './queries/fill.js';
import { measure } from './queries/measure.js';
import { percentilesOf, slowest, tableOf } from './queries/report.js';
import { verify } from './queries/verify.js';
import { LineWriter } from './queries/write.js';

// How long the queries of the dashboards take over many days of many people, in a real InfluxDB. See docs/query-speed.md.

const HOUR = 3_600_000;
const ORG = 'bench';
const CHECK_BUCKET = 'zoom_rollup_check';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    participants: { type: 'string', default: '3000' },
    attendees: { type: 'string', default: '1200' },
    /** Where the data are kept for a later `--reuse`; one that was interrupted goes on. */
    keep: { type: 'string' },
    /** Where data lie that an earlier `--keep` left. */
    reuse: { type: 'string' },
    ranges: { type: 'string', default: Object.keys(RANGES).join(',') },
    /** A regular expression for `dashboard: panel`. */
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
    verify: { type: 'boolean', default: false },
    /** Shows the Flux. */
    flux: { type: 'boolean', default: false },
  },
});
const ranges = values.ranges.split(',').filter((name): name is RangeName => name in RANGES);

const found = await findInfluxd();
if (found === undefined) throw new Error('there is no influxd: "npm test" builds one');
const folder = values.reuse ?? values.keep ?? mkdtempSync(join(tmpdir(), 'qss-bridge-bench-influx-'));
const facts = join(folder, 'bench.json');
if (values.reuse !== undefined && !existsSync(facts))
  throw new Error(`${facts} is not there: make it with --keep`);

const { url, pid, stop } = await startInfluxd({ binary: found.path, dataDir: folder });
try {
  const { token } = await onboardInfluxd({ url, dataDir: folder, org: ORG, bucket: 'zoom' });
  const filled =
    values.reuse === undefined
      ? await build(url, token)
      : (JSON.parse(readFileSync(facts, 'utf8')) as Filled);
  const api = new InfluxDB({ url, token, timeout: 600_000 }).getQueryApi(ORG);
  const query = (flux: string) => api.collectRows<Record<string, unknown>>(flux);
  console.log(
    `qss-bridge ${VERSION}, InfluxDB ${INFLUXD_VERSION}, Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB`,
  );
  console.log(
    `${filled.days} days of ${filled.participants} participants and a webinar of ${filled.attendees}: ${filled.rawLines} raw points, ${filled.rollupLines} points of rollups, written in ${filled.seconds} s`,
  );
  if (values.verify) for (const line of await verify(query, filled.end, CHECK_BUCKET)) console.log(line);
  const cardinality: Record<string, number> = {};
  for (const bucket of ['zoom', 'zoom_rollup']) {
    const start = new Date(filled.end - filled.days * 24 * HOUR).toISOString();
    const [row] = await query(
      `import "influxdata/influxdb" influxdb.cardinality(bucket: "${bucket}", start: ${start}, stop: ${new Date(filled.end).toISOString()})`,
    );
    cardinality[bucket] = Number(row?.['_value']);
  }
  const share = ((100 * (cardinality['zoom_rollup'] ?? 0)) / (cardinality['zoom'] ?? 1)).toFixed(2);
  console.log(
    `series: ${cardinality['zoom']} in the raw bucket, ${cardinality['zoom_rollup']} in that of rollups: ${share} %`,
  );
  const dashboards: readonly DashboardJson[] = JSON.parse(JSON.stringify(allDashboards()));
  const pattern = new RegExp(values.only, 'i');
  const asked = questions(dashboards, ranges, filled).filter(({ dashboard, place }) =>
    pattern.test(`${dashboard}: ${place}`),
  );
  if (values.flux) for (const { flux } of asked) console.log(flux);
  const measured = await measure(
    { url, org: ORG, token, pid },
    asked,
    Number(values.runs),
    ({ dashboard, place, range, ms, cpuMs, error }) => {
      process.stderr.write(
        `${String(Math.round(ms)).padStart(7)} ms (CPU ${cpuMs})  ${range.padEnd(3)}  ${dashboard}: ${place}${error === undefined ? '' : `: ${error}`}\n`,
      );
    },
  );
  console.log(`\n${tableOf(measured, ranges).join('\n')}\n\n${percentilesOf(measured, ranges).join('\n')}\n`);
  console.log(`The slowest:\n${slowest(measured).join('\n')}`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ filled, cardinality, measured }, undefined, 2)}\n`);
} finally {
  await stop();
  if (values.keep === undefined && values.reuse === undefined)
    rmSync(folder, { recursive: true, force: true });
}

async function build(url: string, token: string): Promise<Filled> {
  const admin = await connectAdmin({ url, org: ORG, adminToken: token });
  const forEver = { retentionSeconds: 0 };
  await provisionBucket(admin, { name: 'zoom', ...forEver, shardGroupSeconds: rawShardGroupSeconds(0) });
  for (const name of ['zoom_rollup', CHECK_BUCKET])
    await provisionBucket(admin, { name, ...forEver, shardGroupSeconds: rollupShardGroupSeconds(0) });
  const amount = {
    days: Number(values.days),
    participants: Number(values.participants),
    attendees: Number(values.attendees),
    end: Math.floor(Date.now() / HOUR) * HOUR,
  };
  const begun = join(folder, 'begun.json');
  const progress: Progress = existsSync(begun) ? JSON.parse(readFileSync(begun, 'utf8')) : { amount, day: 0 };
  const target = { url, org: ORG, token };
  const filled = await fill({
    ...progress,
    raw: new LineWriter({ ...target, bucket: 'zoom' }),
    rollups: new LineWriter({ ...target, bucket: 'zoom_rollup' }),
    tell: (line) => process.stderr.write(`${line}\n`),
    keep: (reached) => writeFileSync(begun, `${JSON.stringify(reached)}\n`),
  });
  writeFileSync(facts, `${JSON.stringify(filled)}\n`);
  return filled;
}
