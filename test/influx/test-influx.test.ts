import { existsSync } from 'node:fs';
import { HttpError, Point, setLogger } from '@influxdata/influxdb-client';
import test from 'ava';
import { isHealthy } from '../../src/influx/local/health.js';
import { isAlive } from '../../src/influx/local/process-lookup.js';
import { influxClient, startTestInflux, type TestInflux } from '../helpers/influx.js';

setLogger({ error: () => undefined, warn: () => undefined });

async function write(influx: TestInflux, value: number, time: string): Promise<void> {
  const api = influxClient({ url: influx.url, token: influx.writeToken }).getWriteApi(
    influx.org,
    influx.bucket,
    'ms',
  );
  api.writePoint(new Point('sample').floatField('value', value).timestamp(new Date(time)));
  await api.close();
}

function values(influx: TestInflux, bucket = influx.bucket): Promise<unknown[]> {
  return influx
    .query(
      `from(bucket: "${bucket}") |> range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z) |> sort()`,
    )
    .then((rows) => rows.map((row) => row['_value']));
}

test('a test gets an InfluxDB that takes points of any year and gives them back', async (t) => {
  const influx = await startTestInflux(t);
  await write(influx, 1, '2019-05-01T10:00:00Z');
  await write(influx, 2, '2026-05-01T10:00:00Z');
  t.deepEqual(await values(influx), [1, 2]);
  await influx.deleteAll(influx.bucket);
  t.deepEqual(await values(influx), []);
});

test('a test may ask for retention, and then what is too old is refused', async (t) => {
  const influx = await startTestInflux(t, { retentionSeconds: 86_400 });
  const old = await t.throwsAsync(write(influx, 1, '2019-05-01T10:00:00Z'), { instanceOf: HttpError });
  t.is(old?.statusCode, 422);
  await write(influx, 2, new Date().toISOString());
  t.deepEqual(await values(influx), [2]);
});

test('a test may make buckets of its own', async (t) => {
  const influx = await startTestInflux(t);
  t.regex(await influx.createBucket('mine', { retentionSeconds: 3_600 }), /^[0-9a-f]{16}$/);
  t.deepEqual(await values(influx, 'mine'), []);
});

test('points outlive a kill and a restart on the same port', async (t) => {
  const influx = await startTestInflux(t);
  await write(influx, 1, '2026-05-01T10:00:00Z');
  const before = influx.pid();
  await influx.kill('SIGKILL');
  t.false(await isHealthy(influx.url));
  await influx.restart();
  t.not(influx.pid(), before);
  t.deepEqual(await values(influx), [1]);
});

test('a paused InfluxDB answers nothing, and goes on when it is resumed', async (t) => {
  const influx = await startTestInflux(t);
  await influx.pause();
  await t.throwsAsync(fetch(`${influx.url}/health`, { signal: AbortSignal.timeout(300) }), {
    name: 'TimeoutError',
    any: true,
  });
  influx.resume();
  t.true(await isHealthy(influx.url));
});

test('stop leaves no process and no folder, even of a paused one', async (t) => {
  const influx = await startTestInflux();
  await influx.pause();
  await influx.stop();
  await influx.stop();
  t.false(isAlive(influx.pid()));
  t.false(existsSync(influx.dataDir));
});
