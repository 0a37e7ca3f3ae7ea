import test from 'ava';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { BASE_DETAILS, BASE_TIME, baseData, baseEvent, sample } from '../points/base-event.js';
import { bodyOf, runPipeline } from './run-pipeline.js';

const DAY = 86_400_000;
const CAME = BASE_TIME + 25_000;

let influx: TestInflux;
test.before(async () => {
  influx = await startTestInflux();
});
test.after.always(async () => await influx.stop());

/** A sample of the participant, so many minutes after the first. */
function sampleAfter(minutes: number) {
  const at = BASE_TIME + minutes * 60_000;
  const dateTime = new Date(at).toISOString();
  return baseEvent({ eventTs: at + 20_000, qos: [sample('audio_input', BASE_DETAILS, dateTime)] });
}

for (const [title, days] of [
  ['ahead', 3],
  ['behind', -3],
] as const)
  test(`a clock that is three days ${title} for a moment makes nothing forgotten`, async (t) => {
    const bucket = `clock-${title}`;
    await influx.createBucket(bucket);
    let now = CAME;
    const running = runPipeline(t, influx, { bucket, now: () => now });
    const work = async (event: unknown, receivedMs: number) => {
      await running.spool.append(bodyOf(event), receivedMs);
      await running.drained();
    };
    if (days > 0) await work(baseData([{ device: 'Mac' }]), CAME);
    now = CAME + days * DAY;
    // What came before the clock was set is worked on after it.
    await work(days > 0 ? sampleAfter(0) : baseData([{ device: 'Mac' }]), CAME + 1);
    now = CAME + 60_000;
    await work(sampleAfter(1), now);
    await work(sampleAfter(2), now);
    await work(sampleAfter(2), now);
    const { repeated } = running.spool.counts();
    t.is(repeated, 1);
    const devices = (await dumpBucket(influx, bucket))
      .map((row) => JSON.parse(row) as Record<string, unknown>)
      .filter((row) => row['_measurement'] === 'zoom_qos')
      .map((row) => row['device']);
    t.true(devices.length >= 10);
    t.deepEqual([...new Set(devices)], ['Mac']);
  });
