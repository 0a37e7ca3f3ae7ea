import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux } from '../helpers/influx.js';
import { smallDisk } from '../helpers/small-disk.js';
import { until } from '../helpers/until.js';
import { numbers, numbersIn, reading, readings } from './reading.js';

test('the disk of the data folder gets full: 503 and the reason until there is room, and then everything is written', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const influx = await startTestInflux(t);
  const bridge = await startBridgeProcess(t, toInflux(influx, influx.bucket), disk);
  for (const event of readings(10)) t.is((await bridge.post(event)).status, 204);
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(90_000_000));

  t.is((await bridge.post(reading(10))).status, 503, 'Zoom tries it again');
  await until('the writer says why it can not go on', async () =>
    (await bridge.ready()).problems.some(
      ({ code, what }) => code === 'writer_failed' && what.includes('disk'),
    ),
  );
  const full = await bridge.ready();
  t.is(full.status, 503);
  t.is(full.state, 'unavailable');
  t.regex(full.problems.find(({ code }) => code === 'storage')?.what ?? '', /the disk of DATA_DIR is full/);
  const validation = { event: 'endpoint.url_validation', event_ts: 1, payload: { plainToken: 'token' } };
  t.is((await bridge.post(validation)).status, 200, 'the URL validation is answered all the same');

  rmSync(ballast);
  await until(
    '/readyz says ok without another event',
    async () => (await bridge.ready()).state === 'ok',
    60_000,
  );
  t.is((await bridge.post(reading(10))).status, 204);
  await bridge.drained();
  t.deepEqual(numbersIn(await dumpBucket(influx, influx.bucket)), numbers(11));
  t.deepEqual((await bridge.status()).counts, {
    accepted: 11,
    written: 11,
    repeated: 0,
    ignored: 0,
    quarantined: 0,
    waiting: 0,
  });
  t.is((await bridge.end('SIGTERM')).code, 0);
});
