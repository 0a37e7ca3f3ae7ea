import { InfluxDB } from '@influxdata/influxdb-client';
import { BucketsAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';
import type { BenchInflux } from './influx.js';
import type { LineOrder, LineSenderOptions, LineSenderResult } from './line-sender.js';
import { median } from './median.js';
import { Observer } from './observer.js';
import { JsonProcess } from './processes.js';
import { type Load, type Measurement, storyStart } from './scenarios.js';

/** What panels ask: one participant's readings, everybody's by kind of media, and the worst calls. */
const QUERIES: Readonly<Record<string, (bucket: string) => string>> = {
  'one participant': (bucket) => `${from(bucket)}
    |> filter(fn: (r) => r._field == "latency_ms" and r.participant =~ /00$/)
    |> aggregateWindow(every: 1m, fn: mean, createEmpty: false)`,
  'all by media': (bucket) => `${from(bucket)}
    |> filter(fn: (r) => r._field == "latency_ms")
    |> group(columns: ["media", "direction"])
    |> aggregateWindow(every: 5m, fn: mean, createEmpty: false)`,
  'worst meetings': (bucket) => `${from(bucket)}
    |> filter(fn: (r) => r._field == "poor")
    |> group(columns: ["meeting"]) |> mean() |> group() |> top(n: 10)`,
};

const from = (bucket: string) =>
  `from(bucket: "${bucket}") |> range(start: -2d, stop: 1d) |> filter(fn: (r) => r._measurement == "zoom_qos")`;

const ROUNDS = 9;

/**
 * Whether the order of a batch's lines matters: the same lines in one bucket as the bridge sends them, in time's order, and in another
 * by series. Each query is asked of both in turn.
 */
export async function order(load: Load, influx: BenchInflux): Promise<Measurement> {
  const start = storyStart();
  const orders = ['by time', 'by series'] as const;
  const processes: Record<string, ReturnType<Observer['end']>> = {};
  const notes: string[] = [];
  for (const lineOrder of orders) {
    const target = { ...influx.target, bucket: lineOrder };
    await makeBucket(influx, lineOrder);
    const { events, mix, participants } = load;
    const sender = new JsonProcess('./line-sender.js', [
      JSON.stringify({
        ...{ target, events, mix, participants, seed: 1, start, batchLines: 5_000, atOnce: 2 },
        order: lineOrder satisfies LineOrder,
      } satisfies LineSenderOptions),
    ]);
    await sender.next();
    const observer = new Observer(influx.pid);
    sender.go();
    const { lines, seconds } = await sender.next<LineSenderResult>();
    processes[`influxd, ${lineOrder}`] = observer.end(events);
    notes.push(`lines ${lineOrder}: written ${Math.round(lines / seconds)} points/s`);
    await sender.end();
  }
  for (const [name, query] of Object.entries(QUERIES)) {
    const times: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round += 1)
      for (const bucket of round % 2 === 0 ? orders : orders.toReversed()) {
        times[bucket] ??= [];
        times[bucket].push(await ask(influx, query(bucket)));
      }
    const medians = orders.map((bucket) => `${bucket} ${Math.round(median(times[bucket] ?? []))} ms`);
    notes.push(`${name}: ${medians.join(', ')} (medians of ${ROUNDS})`);
  }
  return { scenario: 'order', load, processes, notes };
}

async function makeBucket({ target }: BenchInflux, name: string): Promise<void> {
  const client = new InfluxDB({ url: target.url, token: target.token });
  const { orgs } = await new OrgsAPI(client).getOrgs({ org: target.org });
  const orgID = orgs?.[0]?.id ?? '';
  await new BucketsAPI(client).postBuckets({ body: { name, orgID, retentionRules: [] } });
}

/** Milliseconds until all rows are there. */
async function ask({ target }: BenchInflux, flux: string): Promise<number> {
  const since = performance.now();
  const rows = await new InfluxDB({ url: target.url, token: target.token, timeout: 120_000 })
    .getQueryApi(target.org)
    .collectRows(flux);
  if (rows.length === 0) throw new Error(`a query of the bench finds nothing:\n${flux}`);
  return performance.now() - since;
}
