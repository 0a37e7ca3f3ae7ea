import { ROLLUPS, type Rollup, type RollupDefinition } from '../../src/points/rollup-schema.js';
import { FAMILY_IMPORTS, familyFlux, type RollupBuckets } from '../../src/rollups/family-flux.js';
import { type Window, windowAt, windowMs } from '../../src/rollups/windows.js';
import { influxClient, type TestInflux } from '../helpers/influx.js';
import { type Expected, pointKey, type RawPoint } from './reference.js';

const tagText = (text: string) => text.replaceAll(/[,= ]/g, (found) => `\\${found}`);

/** Writes raw points as they are. */
export async function writeRaw(
  influx: Pick<TestInflux, 'url' | 'org' | 'token'>,
  bucket: string,
  points: readonly RawPoint[],
): Promise<void> {
  const api = influxClient(influx).getWriteApi(influx.org, bucket, 'ms', { maxRetries: 0 });
  for (const { measurement, tags, fields, time } of points) {
    const tagSet = Object.entries(tags).map(([name, value]) => `,${name}=${tagText(value)}`);
    const fieldSet = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
    api.writeRecord(`${measurement}${tagSet.join('')} ${fieldSet.join(',')} ${time}`);
  }
  await api.close();
}

/** Makes every window of every family that begins in a range, and the days that the range touches, as the tasks do. */
export async function rollUpAll(
  influx: Pick<TestInflux, 'query'>,
  buckets: RollupBuckets,
  from: number,
  to: number,
): Promise<void> {
  for (const rollup of Object.keys(ROLLUPS) as Rollup[]) {
    const { resolutions }: RollupDefinition = ROLLUPS[rollup];
    const windows: Window[] = resolutions.flatMap((resolution) => {
      const width = windowMs(resolution);
      const first = Math.floor(from / width) * width;
      const count = Math.ceil((to - first) / width);
      return Array.from({ length: count }, (_, index) => windowAt(resolution, first + index * width));
    });
    if (windows.length > 0) await influx.query(`${FAMILY_IMPORTS}\n${familyFlux(rollup, windows, buckets)}`);
  }
}

const HOUR = 3_600_000;

/** Every point of the rollup bucket, under the names that {@link expectedRollups} has for them. */
export async function readRollups(influx: Pick<TestInflux, 'query'>, bucketFlux: string): Promise<Expected> {
  const rows = await influx.query(`
    from(bucket: ${bucketFlux})
      |> range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
      |> drop(columns: ["_start", "_stop"])`);
  const found: Expected = new Map();
  for (const { result: _result, table: _table, _measurement, _time, ...rest } of rows) {
    const measurement = String(_measurement);
    const rollup = measurement.slice(0, -3) as Rollup;
    const definition: RollupDefinition = ROLLUPS[rollup];
    const tags = Object.fromEntries(definition.tags.map((tag) => [tag, String(rest[tag])]));
    const others = Object.entries(rest).filter(([name]) => !definition.tags.includes(name));
    const unknown = others.filter(([name, value]) => value !== null && !(name in definition.fields));
    if (unknown.length > 0) throw new Error(`${measurement} has ${unknown.join(', ')}`);
    const fields = Object.fromEntries(others.filter(([, value]) => value !== null)) as Record<string, number>;
    const id = String(fields['meeting_text'] ?? fields['call_text'] ?? '');
    const time = Date.parse(String(_time));
    const start = id === '' ? time : Math.floor(time / HOUR) * HOUR;
    const key = pointKey(measurement, tags, start, id);
    if (found.has(key)) throw new Error(`twice: ${key}`);
    found.set(key, fields);
  }
  return found;
}
