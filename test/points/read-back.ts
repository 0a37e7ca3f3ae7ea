import { InfluxWriter } from '../../src/influx/influx-writer.js';
import type { TestInflux } from '../helpers/influx.js';

/** One value as InfluxDB holds it. `time` is in milliseconds. */
export type StoredValue = {
  readonly measurement: string;
  readonly tags: Record<string, string>;
  readonly field: string;
  readonly time: number;
  readonly value: number | string;
};

/** Writes lines, times in ms, in one request. @returns what InfluxDB made of it; `stored` is the good answer */
export async function writeLines(influx: TestInflux, lines: readonly string[]): Promise<string> {
  const { url, org, bucket, writeToken } = influx;
  const writer = new InfluxWriter({ url, org, bucket, token: writeToken });
  const outcome = await writer.send(lines, 'ms');
  writer.close();
  return 'message' in outcome ? `${outcome.kind}: ${outcome.message}` : outcome.kind;
}

/** Columns of Flux that are no tags. */
const OWN_COLUMNS = new Set(['result', 'table', '_time', '_value', '_field', '_measurement']);

/**
 * Everything that a bucket holds between two moments. Floats are asked for as floats and strings as strings, so that a value of
 * another type is missing. Strings come as JSON, since Flux's CSV changes line breaks.
 */
export async function readBack(influx: TestInflux, start: number, stop: number): Promise<StoredValue[]> {
  const from = `import "types"
    import "json"
    from(bucket: "${influx.bucket}")
      |> range(start: ${new Date(start).toISOString()}, stop: ${new Date(stop).toISOString()})
      |> drop(columns: ["_start", "_stop"])`;
  const floats = await influx.query(`${from}
      |> filter(fn: (r) => types.isType(v: r._value, type: "float"))`);
  const strings = await influx.query(`${from}
      |> filter(fn: (r) => types.isType(v: r._value, type: "string"))
      |> map(fn: (r) => ({r with _value: string(v: json.encode(v: r._value))}))`);
  return [
    ...floats.map((row) => stored(row, Number(row['_value']))),
    ...strings.map((row) => stored(row, String(JSON.parse(String(row['_value']))))),
  ];
}

function stored(row: Record<string, unknown>, value: number | string): StoredValue {
  const tags = Object.entries(row).filter(([name]) => !OWN_COLUMNS.has(name));
  return {
    measurement: String(row['_measurement']),
    tags: Object.fromEntries(tags.map(([name, tag]) => [name, String(tag)])),
    field: String(row['_field']),
    time: Date.parse(String(row['_time'])),
    value,
  };
}

/** Values, and the tags and properties of each, in an order that does not depend on how they came. */
export function inOrder(values: readonly StoredValue[]): StoredValue[] {
  const keyed = values.map(({ measurement, tags, field, time, value }) => {
    const sorted = Object.entries(tags).sort(([left], [right]) => (left < right ? -1 : 1));
    const ordered: StoredValue = { measurement, tags: Object.fromEntries(sorted), field, time, value };
    return [JSON.stringify([measurement, sorted, field, time]), ordered] as const;
  });
  return keyed.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}
