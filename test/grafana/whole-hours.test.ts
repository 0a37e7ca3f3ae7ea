import anyTest, { type TestFn } from 'ava';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { asGrafana } from './as-grafana.js';
import { panel } from './dashboard-files.js';
import { writeLines } from './seed.js';

/*
 * A point of the hourly lists lies at a moment of its hour that its id tells, which may be before the range begins or after it
 * ends: a meeting that started at five past would else be missing from a list that is asked for at ten past.
 */

const test = anyTest as TestFn;
let influx: TestInflux;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Ten o'clock of a past day. */
const TEN = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR - 14 * HOUR;

/** One point of each list in each of two hours, at this minute of it. */
const MINUTES = { early: 2, late: 57 } as const;

test.before(async () => {
  influx = await startTestInflux();
  const lines = [TEN, TEN + HOUR].flatMap((hour, index) =>
    Object.entries(MINUTES).flatMap(([name, minute]) => {
      const id = `${name}-${10 + index}`;
      const sums = 'samples=50,poor=25,latency_sum_ms=500,latency_samples=50,loss_sum_pct=5,loss_samples=50';
      const at = hour + minute * MINUTE;
      return [
        `zoom_meetings_1h,account_id=A,source=meeting ${sums},meeting_text="${id}",participants=3 ${at}`,
        `zoom_calls_1h,account_id=A ${sums},call_text="${id}",mos_sum=100,mos_samples=50,mos_min=1.5 ${at}`,
      ];
    }),
  );
  await writeLines({ ...influx, bucket: influx.rollupBucket }, lines);
});
test.after.always(async () => await influx?.stop());

async function ask(uid: string, title: string, type: string, from: number, to: number) {
  const variables = {
    rollup_bucket: [influx.rollupBucket],
    account: { all: '.*' },
    source: { all: '.*' },
    search: [''],
  };
  return await influx.query(
    asGrafana(panel(uid, title, type).query, {
      from,
      to,
      windowMs: MINUTE,
      bucket: influx.bucket,
      organization: influx.org,
      variables,
    }),
  );
}

for (const [uid, title, id] of [
  ['qss-meetings', 'Meetings', 'meeting'],
  ['qss-phone', 'Calls', 'call'],
] as const) {
  test(`${title}: a list of more than minutes has all of the hours in which the range begins and ends`, async (t) => {
    const from = TEN + 20 * MINUTE;
    const to = TEN + HOUR + 40 * MINUTE;
    const rows = await ask(uid, title, 'table', from, to);
    t.deepEqual(rows.map((row) => row[id]).sort(), ['early-10', 'early-11', 'late-10', 'late-11']);
    const [count] = await ask(uid, title, 'stat', from, to);
    t.is(count?.['_value'], 4);
  });

  test(`${title}: a list is the same however often it is asked for, also by many at once`, async (t) => {
    for (let round = 0; round < 8; round += 1) {
      const asked = Array.from({ length: 8 }, () => ask(uid, title, 'table', TEN, TEN + 2 * HOUR));
      for (const rows of await Promise.all(asked))
        t.deepEqual(rows.map((row) => row[id]).sort(), ['early-10', 'early-11', 'late-10', 'late-11']);
    }
  });

  test(`${title}: a range that ends with an hour has nothing of the next one`, async (t) => {
    const rows = await ask(uid, title, 'table', TEN - HOUR, TEN + HOUR);
    t.deepEqual(rows.map((row) => row[id]).sort(), ['early-10', 'late-10']);
  });
}
