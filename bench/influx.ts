import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfluxDB } from '@influxdata/influxdb-client';
import type { InfluxTarget } from '../src/influx/influx-writer.js';
import { findInfluxd } from '../src/influx/local/find-influxd.js';
import { onboardInfluxd } from '../src/influx/local/onboard.js';
import { startInfluxd } from '../src/influx/local/start-influxd.js';

/** An InfluxDB of a scenario's own. */
export type BenchInflux = { readonly pid: number; readonly target: InfluxTarget };

/** Runs a real InfluxDB with empty data. */
export async function withInflux<T>(work: (influx: BenchInflux) => Promise<T>): Promise<T> {
  const found = await findInfluxd();
  if (found === undefined) throw new Error('there is no influxd: "npm run bench" builds one');
  const dataDir = mkdtempSync(join(tmpdir(), 'qss-bridge-bench-influx-'));
  const server = await startInfluxd({ binary: found.path, dataDir });
  try {
    const { token } = await onboardInfluxd({ url: server.url, dataDir, org: 'bench', bucket: 'zoom' });
    return await work({ pid: server.pid, target: { url: server.url, token, org: 'bench', bucket: 'zoom' } });
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** How many points InfluxDB finds that have a field. */
export async function countPoints(target: InfluxTarget, measurement: string, field: string): Promise<number> {
  const flux = `from(bucket: "${target.bucket}") |> range(start: -2d, stop: 1d)
    |> filter(fn: (r) => r._measurement == "${measurement}" and r._field == "${field}")
    |> group() |> count()`;
  const rows = await new InfluxDB({ url: target.url, token: target.token })
    .getQueryApi(target.org)
    .collectRows<{ readonly _value: number }>(flux);
  return rows[0]?._value ?? 0;
}
