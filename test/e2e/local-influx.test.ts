import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type BridgeProcess, startBridgeProcess } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { influxClient } from '../helpers/influx.js';
import { until } from '../helpers/until.js';
import { numbers, numbersIn, readings } from './reading.js';

/** Points in the bridge's own InfluxDB, read with the token made for Grafana. */
async function dumpOwn(bridge: BridgeProcess): Promise<string[]> {
  const { writer } = await bridge.status();
  const token = (await readFile(join(bridge.dataDir, 'tokens', 'influx-read-token'), 'utf8')).trim();
  const api = influxClient({ url: writer.url ?? '', token }).getQueryApi('qss-bridge');
  return await dumpBucket({ query: (flux) => api.collectRows<Record<string, unknown>>(flux) }, writer.bucket);
}

/** The number of the InfluxDB that a bridge runs. */
function influxdOf(bridge: BridgeProcess): number | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (stat.includes('(influxd)') && Number(/\) \S (\d+)/.exec(stat)?.[1]) === bridge.pid)
        return Number(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

const postAll = async (bridge: BridgeProcess, count: number, from: number) =>
  (await Promise.all(readings(count, from).map((event) => bridge.post(event)))).every(
    ({ status }) => status === 204,
  );

test('without INFLUX_URL it runs an InfluxDB of its own, through restarts of both', async (t) => {
  const settings = { RETENTION: '0s', ROLLUP_RETENTION: '0s' };
  const bridge = await startBridgeProcess(t, settings);
  t.true(await postAll(bridge, 20, 0), 'events are accepted while it still starts');
  await bridge.drained(60_000);
  t.deepEqual(numbersIn(await dumpOwn(bridge)), numbers(20));
  t.is((await bridge.ready()).state, 'ok');

  const before = influxdOf(bridge);
  if (before === undefined) return t.fail('no influxd');
  process.kill(before, 'SIGKILL');
  t.true(await postAll(bridge, 20, 20));
  await until('another influxd runs', () => ![undefined, before].includes(influxdOf(bridge)), 30_000);
  await bridge.drained(60_000);
  t.deepEqual(numbersIn(await dumpOwn(bridge)), numbers(40));

  const { code, ms } = await bridge.end('SIGTERM');
  t.is(code, 0);
  t.true(ms < 10_000, `${ms} ms`);
  t.is(influxdOf(bridge), undefined, 'InfluxDB ends with it');

  const again = await startBridgeProcess(t, settings, bridge.dataDir);
  t.true(await postAll(again, 20, 40));
  await again.drained(60_000);
  t.deepEqual(numbersIn(await dumpOwn(again)), numbers(60));
  await again.end('SIGTERM');
});

for (const [moment, reached] of [
  ['still starts', undefined],
  ['runs and is prepared', 'local InfluxDB runs'],
])
  test(`told to end while its InfluxDB ${moment} it ends in time, and what came is there the next time`, async (t) => {
    const settings = { RETENTION: '0s', ROLLUP_RETENTION: '0s' };
    const bridge = await startBridgeProcess(t, settings);
    t.true(await postAll(bridge, 5, 0));
    const isReached = () => reached === undefined || bridge.log.some(({ message }) => message === reached);
    await until(`"${reached}"`, isReached, 30_000);
    const { code, ms } = await bridge.end('SIGTERM');
    t.is(code, 0);
    t.true(ms < 10_000, `${ms} ms`);
    t.deepEqual(
      bridge.log.filter(({ level }) => level !== 'info' && level !== 'warn'),
      [],
    );
    const again = await startBridgeProcess(t, settings, bridge.dataDir);
    await again.drained(60_000);
    t.deepEqual(numbersIn(await dumpOwn(again)), numbers(5));
    await again.end('SIGTERM');
  });
