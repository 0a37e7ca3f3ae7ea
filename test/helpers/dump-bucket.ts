import type { TestInflux } from './influx.js';

/** Every value of every point in a bucket but those about the bridge itself, one text each, sorted: equal contents give equal dumps. */
export async function dumpBucket({ query }: Pick<TestInflux, 'query'>, bucket: string): Promise<string[]> {
  const rows = await query(`
    from(bucket: "${bucket}")
      |> range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)
      |> filter(fn: (r) => r._measurement != "qss_bridge")
      |> drop(columns: ["_start", "_stop"])`);
  return rows
    .map(({ result: _result, table: _table, ...row }) =>
      JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))),
    )
    .sort();
}
