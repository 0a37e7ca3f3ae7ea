import { flux, fluxDateTime, InfluxDB } from '@influxdata/influxdb-client';

/** Counts the points of an account by measurement: moments in each series, whatever fields they have. */
export async function countPoints(
  influx: { readonly url: string; readonly token: string; readonly org: string; readonly bucket: string },
  accountId: string,
  from: Date,
): Promise<Record<string, number>> {
  const query = flux`
    from(bucket: ${influx.bucket})
      |> range(start: ${fluxDateTime(from.toISOString())}, stop: ${fluxDateTime(new Date(Date.now() + 86_400_000).toISOString())})
      |> filter(fn: (r) => r.account_id == ${accountId})
      |> drop(columns: ["_field", "_value", "_start", "_stop"])
      |> unique(column: "_time")
      |> map(fn: (r) => ({r with one: 1}))
      |> count(column: "one")
      |> group(columns: ["_measurement"])
      |> sum(column: "one")`;
  const { url, token, org } = influx;
  const rows = await new InfluxDB({ url, token, timeout: 120_000 })
    .getQueryApi(org)
    .collectRows<{ _measurement: string; one: number }>(query);
  return Object.fromEntries(rows.map(({ _measurement, one }) => [_measurement, one]));
}
