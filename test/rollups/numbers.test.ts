import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { fluxString } from '../../src/rollups/flux-text.js';
import { dumpBucket } from '../helpers/dump-bucket.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { accountPoints } from './account.js';
import { type Expected, expectedRollups, type RawPoint } from './reference.js';
import { readRollups, rollUpAll, writeRaw } from './rolled-up.js';

const suite = anyTest as TestFn<TestInflux>;
const test = suite.serial;

const DAY = Date.parse('2026-02-03T00:00:00Z');
const HOUR = 3_600_000;

/** Where the raw points of these tests are. */
const FROM = DAY + 8 * HOUR;
const TO = DAY + 12 * HOUR;

suite.before(async (t) => {
  t.context = await startTestInflux();
});
suite.after.always(async (t) => {
  await t.context.stop();
});

let serial = 0;

/** Two buckets of their own for a test. */
async function newBuckets(t: ExecutionContext<TestInflux>, name = 'raw') {
  serial += 1;
  const buckets = { bucket: `${name} ${serial}`, rollupBucket: `${name} rolled up ${serial}` };
  await t.context.createBucket(buckets.bucket);
  await t.context.createBucket(buckets.rollupBucket);
  return buckets;
}

/** All is exact, percentiles too, but for what floats lose in sums. */
function same(found: unknown, expected: unknown): boolean {
  if (typeof found !== 'number' || typeof expected !== 'number') return found === expected;
  return Math.abs(found - expected) <= Math.max(1e-9, Math.abs(expected) * 1e-9);
}

function compare(t: ExecutionContext<TestInflux>, found: Expected, expected: Expected): void {
  t.deepEqual(
    [...expected.keys()].filter((key) => !found.has(key)),
    [],
    'missing',
  );
  t.deepEqual(
    [...found.keys()].filter((key) => !expected.has(key)),
    [],
    'too many',
  );
  for (const [key, fields] of expected) {
    const row = found.get(key) ?? {};
    t.deepEqual(Object.keys(row).sort(), Object.keys(fields).sort(), key);
    for (const [name, value] of Object.entries(fields)) {
      t.true(same(row[name], value), `${key} ${name}: ${row[name]} instead of ${value}`);
    }
  }
}

async function rolledUp(t: ExecutionContext<TestInflux>, raw: readonly RawPoint[], name?: string) {
  const buckets = await newBuckets(t, name);
  await writeRaw(t.context, buckets.bucket, raw);
  await rollUpAll(t.context, buckets, FROM, TO);
  return { buckets, found: await readRollups(t.context, fluxString(buckets.rollupBucket)) };
}

test('every number of every family, at every resolution, is what the raw points say', async (t) => {
  const raw = accountPoints({ from: DAY + 9 * HOUR, minutes: 125, people: 24 });
  const { found } = await rolledUp(t, raw);
  const expected = expectedRollups(raw, ['5m', '1h', '1d']);
  t.true(expected.size > 2_000);
  compare(t, found, expected);
});

test('making rollups twice changes nothing', async (t) => {
  const raw = accountPoints({ from: DAY + 9 * HOUR, minutes: 65, people: 6 });
  const { buckets } = await rolledUp(t, raw);
  const before = await dumpBucket(t.context, buckets.rollupBucket);
  await rollUpAll(t.context, buckets, FROM, TO);
  t.deepEqual(await dumpBucket(t.context, buckets.rollupBucket), before);
  t.true(before.length > 100);
});

test('points that came late are in the rollups once their windows are made again', async (t) => {
  const raw = accountPoints({ from: DAY + 9 * HOUR, minutes: 65, people: 6 });
  const { buckets } = await rolledUp(
    t,
    raw.filter((_point, index) => index % 3 !== 0),
  );
  await writeRaw(
    t.context,
    buckets.bucket,
    raw.filter((_point, index) => index % 3 === 0),
  );
  await rollUpAll(t.context, buckets, FROM, TO);
  compare(
    t,
    await readRollups(t.context, fluxString(buckets.rollupBucket)),
    expectedRollups(raw, ['5m', '1h', '1d']),
  );
});

test('tags that the raw points lack are unknown, and without isp there is no zoom_isp', async (t) => {
  const raw = accountPoints({
    from: DAY + 9 * HOUR,
    minutes: 20,
    people: 6,
    without: ['isp', 'site', 'location', 'client_version'],
  });
  const { found } = await rolledUp(t, raw);
  compare(t, found, expectedRollups(raw, ['5m', '1h', '1d']));
  t.false([...found.keys()].some((key) => key.includes('zoom_isp')));
  t.true([...found.keys()].some((key) => key.includes('["site","unknown"]')));
});

test('where only later points have a tag, both kinds are summed up', async (t) => {
  const before = accountPoints({ from: DAY + 9 * HOUR, minutes: 10, people: 6, without: ['site', 'isp'] });
  const after = accountPoints({ from: DAY + 9 * HOUR + 600_000, minutes: 10, people: 6, seed: 2 }).map(
    (point) => ({ ...point, tags: { ...point.tags, ...(point.tags['isp'] && { site: 'Lyon' }) } }),
  );
  const raw = [...before, ...after];
  const { found } = await rolledUp(t, raw);
  compare(t, found, expectedRollups(raw, ['5m', '1h', '1d']));
});

test('an empty bucket gives no rollups and no error', async (t) => {
  t.is((await rolledUp(t, [])).found.size, 0);
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is Flux's, too
const ODD_BUCKET = "it's zoom \\ ${now()} é";

test('buckets may have any name', async (t) => {
  const raw = accountPoints({ from: DAY + 9 * HOUR, minutes: 5, people: 3 });
  const { found } = await rolledUp(t, raw, ODD_BUCKET);
  compare(t, found, expectedRollups(raw, ['5m', '1h', '1d']));
});

test('meetings of one hour stand apart, and a query for the hour finds them all', async (t) => {
  const raw: RawPoint[] = Array.from({ length: 300 }, (_, index) => ({
    measurement: 'zoom_qos',
    tags: {
      account_id: 'a',
      source: 'meeting',
      meeting: `m${index}==`,
      participant: '1',
      media: 'audio',
      direction: 'sent',
    },
    fields: { poor: index % 2 },
    time: DAY + 9 * HOUR + (index % 60) * 60_000,
  }));
  const { buckets } = await rolledUp(t, raw);
  const rows = await t.context.query(`
    from(bucket: ${fluxString(buckets.rollupBucket)})
      |> range(start: 2026-02-03T09:00:00Z, stop: 2026-02-03T10:00:00Z)
      |> filter(fn: (r) => r._measurement == "zoom_meetings_1h" and r._field == "meeting_text")`);
  t.is(new Set(rows.map((row) => row['_value'])).size, 300);
  t.is(rows.length, 300);
});

test('rollups hold a small part of the series of the raw points', async (t) => {
  const raw = Array.from({ length: 6 }, (_, round) =>
    accountPoints({
      from: DAY + 8 * HOUR + round * 30 * 60_000,
      minutes: 20,
      people: 24,
      seed: round + 1,
    }).map((point) => ({
      ...point,
      tags: { ...point.tags, meeting: `${point.tags['meeting']} ${round}` },
    })),
  ).flat();
  const { buckets } = await rolledUp(t, raw);
  const series = async (bucket: string) => {
    const [row] = await t.context.query(`import "influxdata/influxdb"
      influxdb.cardinality(bucket: ${fluxString(bucket)}, start: 2026-02-03T00:00:00Z, stop: 2026-02-04T00:00:00Z,
        predicate: (r) => r._measurement =~ /^zoom_(qos|meetings)/)`);
    return Number(row?.['_value']);
  };
  const [before, after] = [await series(buckets.bucket), await series(buckets.rollupBucket)];
  t.true(before > 300);
  t.is(after, 2, 'the lists: account and source');
});
