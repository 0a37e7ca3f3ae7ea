import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { type BridgeProcess, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { numbers, numbersIn, reading, readings } from './reading.js';

/** When the bridge is killed, ms after it was started: while it starts to write, between batches, in the middle of one. */
const KILLS_AFTER_MS = [700, 1_300, 2_200, 2_900];

test('killed again and again in a stream of posts, it leaves the points of an undisturbed run, none more and none less', async (t) => {
  const influx = await startTestInflux(t);
  const settings = toInflux(influx, influx.bucket);
  const dataDir = tempFolder(t, 'killed');
  let bridge: BridgeProcess = await startBridgeProcess(t, settings, dataDir);
  const acknowledged: number[] = [];
  let total = 0;
  let going = true;

  /** Posts one reading after the other, each again until it is acknowledged, as Zoom does. */
  const post = async (): Promise<void> => {
    while (going) {
      const number = total;
      total += 1;
      while ((await bridge.post(reading(number))).status !== 204) await delay(20);
      acknowledged.push(number);
    }
  };
  const posting = Promise.all(Array.from({ length: 6 }, post));
  for (const after of KILLS_AFTER_MS) {
    await delay(after);
    t.is((await bridge.end('SIGKILL')).signal, 'SIGKILL');
    bridge = await startBridgeProcess(t, settings, dataDir);
  }
  await delay(500);
  going = false;
  await posting;
  t.true(total > 100, `${total} posted`);
  t.deepEqual(
    acknowledged.sort((a, b) => a - b),
    numbers(total),
  );
  await bridge.drained();
  const { counts } = await bridge.status();
  t.is(counts.accepted, counts.written + counts.repeated);
  t.is(counts.written, total, 'a post that was stored but not answered comes again and is recognised');
  await bridge.end('SIGTERM');
  const dump = await dumpBucket(influx, influx.bucket);
  t.deepEqual(numbersIn(dump), numbers(total));

  await influx.createBucket('undisturbed');
  const undisturbed = await startBridgeProcess(t, toInflux(influx, 'undisturbed'));
  for (let from = 0; from < total; from += 50)
    await Promise.all(readings(Math.min(50, total - from), from).map((event) => undisturbed.post(event)));
  await undisturbed.drained();
  t.deepEqual(dump, await dumpBucket(influx, 'undisturbed'));
});
