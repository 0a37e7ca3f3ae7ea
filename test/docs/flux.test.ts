import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { CONTEXT_TAGS, IDENTITY_TAGS, MEASUREMENTS, type Measurement } from '../../src/points/schema.js';
import type { Attendee } from '../../src/simulator/people.js';
import { PACKAGE_ROOT } from '../../src/version.js';
import { influxClient, startTestInflux, type TestInflux } from '../helpers/influx.js';
import { parametersOf, type Recipe, readDocument, readRecipes, withParameters } from './cookbook.js';
import { BEFORE, mixedAccount, plantedOn, START, STOP, seedStory, type Told } from './story.js';

/*
 * Every query of the documents runs here against a real InfluxDB, with the token that can only read. Lines such as
 * `start = -7d // change: from when` are what a reader is told to change: they get values that fit the story (story.ts); whatever
 * is not named below runs as it stands in the document.
 */

const COOKBOOK = readRecipes(readDocument('docs/flux.md'));
const ACCOUNT = mixedAccount();
const LOSSY_SITE = [...plantedOn('site-loss')][0] ?? '';

/** Twenty past ten in Berlin, while the site loses packets; a minute on each side of the calls looked at. */
const BAD_MOMENT = START + 20 * 60_000;
const AROUND_MINUTES = 6;

type Row = Record<string, unknown>;
type Values = Readonly<Record<string, string>>;

let influx: TestInflux;
let told: Told;

test.before(async () => {
  influx = await startTestInflux();
  told = await seedStory(influx);
});

test.after.always(async () => {
  await influx?.stop();
});

async function run(flux: string): Promise<readonly Row[]> {
  const client = influxClient({ url: influx.url, token: influx.readToken });
  return await client.getQueryApi(influx.org).collectRows<Row>(flux);
}

function recipe(title: string): Recipe {
  const found = COOKBOOK.find((candidate) => candidate.title.includes(title));
  if (found === undefined) throw new Error(`the cookbook has no query under "${title}"`);
  return found;
}

const ask = async (title: string, values: Values = {}): Promise<readonly Row[]> =>
  await run(withParameters(recipe(title).flux, { ...storyValues(), ...values }));

const text = (value: string): string => JSON.stringify(value);
const moment = (at: number): string => new Date(at).toISOString();

/** Values for what a reader is told to change. */
function storyValues(): Values {
  return {
    start: moment(START),
    stop: moment(STOP),
    at: moment(BAD_MOMENT),
    person: text(victims().wifi.email),
    meeting: text(told.endedMeeting),
    words: text('WEEKLY'),
    day: moment(START),
    length: '85m',
  };
}

/** People in a meeting around the bad moment, each of whom one fault hits and no other. */
function victims(): Readonly<Record<'wifi' | 'network' | 'computer', Attendee>> {
  const present = told.presentAround(BAD_MOMENT, AROUND_MINUTES);
  const weak = plantedOn('weak-wifi');
  const busy = plantedOn('busy-cpu');
  const stuttering = plantedOn('client-version');
  const find = (what: string, fits: (one: Attendee) => boolean): Attendee => {
    const found = ACCOUNT.staff.find((one) => present.has(one.email) && fits(one));
    if (found === undefined) throw new Error(`the story has nobody to show ${what} with`);
    return found;
  };
  const isLossy = ({ place }: Attendee) => place.site.name === LOSSY_SITE;
  return {
    wifi: find('weak Wi-Fi', (one) => weak.has(one.email) && !isLossy(one) && !busy.has(one.email)),
    network: find(
      'a lossy site',
      (one) =>
        isLossy(one) &&
        one.client.isComputer &&
        !weak.has(one.email) &&
        !busy.has(one.email) &&
        !stuttering.has(one.client.version),
    ),
    computer: find('a busy CPU', (one) => busy.has(one.email) && !isLossy(one) && !weak.has(one.email)),
  };
}

const namesOf = (emails: ReadonlySet<string>): ReadonlySet<unknown> =>
  new Set(ACCOUNT.staff.filter(({ email }) => emails.has(email)).map(({ name }) => name));

const column = (rows: readonly Row[], name: string): readonly unknown[] => rows.map((row) => row[name]);

for (const { title, flux, columns } of COOKBOOK) {
  test.serial(`runs and gives the columns it names: ${title}`, async (t) => {
    const values = storyValues();
    const part = title.endsWith('Find the person')
      ? { person: text(victims().wifi.email.split('.')[0] ?? '') }
      : {};
    const rows = await run(withParameters(flux, { ...values, ...part }));
    t.true(rows.length > 0, 'it gives at least one row');
    const found = new Set(rows.flatMap((row) => Object.keys(row)));
    for (const housekeeping of ['result', 'table', '_start', '_stop']) found.delete(housekeeping);
    t.deepEqual([...found].sort(), [...columns.keys()].sort());
    for (const [name, type] of columns) {
      const given = column(rows, name).filter((value) => value !== null && value !== undefined);
      t.true(given.length > 0, `${name} has a value`);
      for (const value of given) {
        if (type === 'number') t.true(Number.isFinite(value), `${name} is a number: ${String(value)}`);
        else t.is(typeof value, 'string', name);
        if (type === 'time') t.false(Number.isNaN(Date.parse(String(value))), `${name} is a time`);
      }
    }
  });
}

test.serial('there is a query for each of the sixteen questions', (t) => {
  const chapters = new Set(COOKBOOK.map(({ title }) => Number.parseInt(title, 10)));
  t.deepEqual(
    [...chapters],
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
});

test.serial('every query can be changed on top, and tells its columns', (t) => {
  for (const { title, flux, columns } of COOKBOOK) {
    t.true(
      parametersOf(flux).includes('stop') ||
        parametersOf(flux).includes('at') ||
        parametersOf(flux).includes('day'),
      title,
    );
    t.true(columns.size > 0, title);
  }
});

test.serial('every measurement, field and tag that a query names is in the schema', (t) => {
  const fields = new Set(Object.values(MEASUREMENTS).flatMap(({ fields: own }) => Object.keys(own)));
  const tags = new Set([
    ...Object.keys(IDENTITY_TAGS),
    ...Object.keys(CONTEXT_TAGS),
    ...Object.values(MEASUREMENTS).flatMap(({ tags: own }) => Object.keys(own)),
  ]);
  const isMeasurement = (name: string): name is Measurement => Object.hasOwn(MEASUREMENTS, name);
  for (const { title, flux } of COOKBOOK) {
    for (const [, name = ''] of flux.matchAll(/_?measurement(?: ==|:) "(\w+)"/g))
      t.true(isMeasurement(name), `${title}: ${name}`);
    for (const [, name = ''] of flux.matchAll(/(?:_field ==|field:) "(\w+)"/g))
      t.true(fields.has(name), `${title}: ${name}`);
    for (const [, name = ''] of flux.matchAll(/r\.(\w+) [!=]= "/g))
      t.true(tags.has(name) || name.startsWith('_'), `${title}: ${name}`);
  }
});

test.serial('no query windows below a minute, fills gaps, or stamps a window with its end', (t) => {
  for (const { title, flux } of COOKBOOK) {
    t.notRegex(flux, /every: \d+(ms|s)\b/, title);
    t.is(flux.split('aggregateWindow(').length, flux.split('createEmpty: false').length, title);
    t.is(flux.split('aggregateWindow(').length, flux.split('timeSrc: "_start"').length, title);
  }
});

test.serial('the verdict names the fault that was planted on each person', async (t) => {
  const { wifi, network, computer } = victims();
  for (const [person, verdict] of [
    [wifi, 'Wi-Fi'],
    [network, 'network'],
    [computer, 'computer'],
  ] as const) {
    const rows = await ask('The verdict', { person: text(person.email) });
    t.deepEqual(column(rows, 'verdict'), [verdict], person.email);
  }
});

test.serial(
  'the verdict finds nothing wrong with someone whom no fault hits, and nobody where nobody is',
  async (t) => {
    const faulty = new Set(ACCOUNT.faults.map(({ subject }) => subject));
    const present = told.presentAround(BAD_MOMENT, AROUND_MINUTES);
    const fine = ACCOUNT.staff.find(
      ({ email, client, place }) =>
        present.has(email) &&
        ![email, client.version, place.site.name].some((subject) => faulty.has(subject)),
    );
    const rows = await ask('The verdict', { person: text(fine?.email ?? '') });
    t.deepEqual(column(rows, 'verdict'), ['none of the three']);
    t.deepEqual(await ask('The verdict', { person: text('nobody@example.com') }), []);
  },
);

test.serial(
  'with a lossy site, the person and the rest of the site are poor and everyone else is not',
  async (t) => {
    const rows = await ask('One person', { person: text(victims().network.email) });
    const [person, , site, others] = column(rows, 'poor_pct').map(Number);
    t.true((person ?? 0) > 80);
    t.true((site ?? 0) > 80);
    t.true((others ?? 100) < 25);
  },
);

test.serial('with weak Wi-Fi, the person is poor and the rest of the site is not', async (t) => {
  const rows = await ask('One person');
  const [person, , site] = column(rows, 'poor_pct').map(Number);
  t.true((person ?? 0) > 50);
  t.true((site ?? 100) < 25);
});

test.serial('the lossy site is the worst site', async (t) => {
  t.is((await ask('By any tag'))[0]?.['place'], LOSSY_SITE);
});

test.serial('while it is slow, the slow data center is the worst one', async (t) => {
  const fault = ACCOUNT.faults.find(({ kind }) => kind === 'data-center');
  const rows = await ask('By any tag', {
    start: moment(fault?.from ?? 0),
    stop: moment(fault?.to ?? 0),
    by: text('data_center'),
  });
  t.is(rows[0]?.['place'], fault?.subject);
});

test.serial('the worst subnet is one of the lossy site', async (t) => {
  t.is((await ask('By subnet'))[0]?.['site'], LOSSY_SITE);
});

test.serial('the weakest signals are of the people with weak Wi-Fi, and of nobody else', async (t) => {
  const rows = await ask('Who has a weak signal');
  const weak = rows.filter((row) => Number(row['rssi_dbm']) < -75);
  const names = namesOf(plantedOn('weak-wifi'));
  t.true(weak.length >= 5);
  t.deepEqual(weak, rows.slice(0, weak.length));
  for (const name of column(weak, 'name')) t.true(names.has(name), String(name));
});

test.serial('Wi-Fi is worse than wire where the people with weak Wi-Fi are', async (t) => {
  const rows = await ask('Wi-Fi beside wire');
  const share = (network: string) =>
    Number(
      rows.find((row) => row['site'] === victims().wifi.place.site.name && row['network_type'] === network)?.[
        'poor_pct'
      ],
    );
  t.true(share('Wifi') > share('Wired'));
});

test.serial('the laptops are those with a busy CPU, and no others', async (t) => {
  const rows = await ask('Is it the laptop');
  const names = namesOf(plantedOn('busy-cpu'));
  t.true(rows.length >= 5);
  for (const name of column(rows, 'name')) t.true(names.has(name), String(name));
});

test.serial('the stuttering client version has the lowest frame rate', async (t) => {
  t.is((await ask('Versions'))[0]?.['version'], [...plantedOn('client-version')][0]);
});

test.serial('the site that was lossy all the time a week before has improved most', async (t) => {
  const [first] = await ask('Did last night');
  t.is(first?.['site'], LOSSY_SITE);
  t.true(Number(first?.['change_pct']) < -20);
});

test.serial('a week before is the same hour on both sides of a change to summer time', async (t) => {
  const rows = await run(
    `${withParameters(recipe('Did last night').flux, { ...storyValues(), day: '2026-03-31T08:00:00Z' }).split('share =')[0]}
import "array"
array.from(rows: [{before: before}])`.replace(/^([\s\S]*?)\nimport "array"\n/, 'import "array"\n$1\n'),
  );
  t.is(rows[0]?.['before'], '2026-03-24T09:00:00Z');
});

test.serial('the SLA is told for each month, and the lossy site misses it in both', async (t) => {
  const rows = await ask('SLA', { start: moment(BEFORE) });
  const lossy = rows.filter((row) => row['site'] === LOSSY_SITE);
  t.deepEqual(column(lossy, '_time'), ['2025-12-31T23:00:00Z', '2026-01-31T23:00:00Z']);
  t.deepEqual(column(lossy, 'met'), ['no', 'no']);
  t.true(Number(lossy[0]?.['good_pct']) < Number(lossy[1]?.['good_pct']));
  for (const row of rows) t.true(Number(row['poor_minutes']) <= Number(row['minutes']));
});

test.serial('participant minutes are counted once, however many streams a participant has', async (t) => {
  const rows = await ask('SLA');
  const minutes = column(rows, 'minutes').reduce<number>((sum, value) => sum + Number(value), 0);
  const [counted] = await run(`from(bucket: "zoom") |> range(start: ${moment(START)}, stop: ${moment(STOP)})
    |> filter(fn: (r) => r._measurement == "zoom_qos" and r._field == "poor" and r.media == "audio" and r.direction == "received")
    |> group() |> count()`);
  t.is(minutes, Number(counted?.['_value']));
});

test.serial('the worst phone calls are of the lossy site or of weak Wi-Fi', async (t) => {
  const rows = await ask('phone calls fell below');
  const worst = ACCOUNT.staff.find(({ email }) => email === rows[0]?.['email']);
  t.true(worst !== undefined);
  t.true(worst?.place.site.name === LOSSY_SITE || plantedOn('weak-wifi').has(worst?.email ?? ''));
  for (const mos of column(rows, 'mos')) t.true(Number(mos) < 3.5);
});

test.serial("the bridge's lag is seen when it fell behind", async (t) => {
  const rows = await ask('Over time');
  const late = rows.filter((row) => Number(row['lag_ms']) > 0);
  t.deepEqual(column(late, '_time'), ['2026-02-03T09:30:00Z', '2026-02-03T09:35:00Z']);
});

test.serial('a day begins at midnight in the time zone that is asked for', async (t) => {
  const bucket = 'days';
  await influx.createBucket(bucket);
  const client = influxClient({ url: influx.url, token: influx.token });
  const writer = client.getWriteApi(influx.org, bucket, 's');
  for (const time of ['2025-10-09T18:15:00Z', '2025-10-09T18:45:00Z'])
    writer.writeRecord(`zoom_qos,site=here poor=0 ${Date.parse(time) / 1000}`);
  await writer.close();
  const days = async (zone: string) => {
    const flux = withParameters(recipe('Day by day').flux, {
      start: '2025-10-09T12:00:00Z',
      stop: '2025-10-10T12:00:00Z',
      zone: text(zone),
    });
    const rows = await influx.query(flux.replace('bucket = "zoom"', `bucket = ${text(bucket)}`));
    return rows.map((row) => [row['_time'], row['samples']]);
  };
  t.deepEqual(await days('Asia/Kolkata'), [
    ['2025-10-08T18:30:00Z', 1],
    ['2025-10-09T18:30:00Z', 1],
  ]);
  t.deepEqual(await days('UTC'), [['2025-10-09T00:00:00Z', 2]]);
});

test.serial('queries in the other documents run, too', async (t) => {
  const others = [
    'README.md',
    ...readdirSync(join(PACKAGE_ROOT, 'docs')).map((file) => `docs/${file}`),
  ].filter((path) => path.endsWith('.md') && path !== 'docs/flux.md' && existsSync(join(PACKAGE_ROOT, path)));
  for (const path of others)
    for (const { title, flux } of readRecipes(readDocument(path)))
      await t.notThrowsAsync(run(withParameters(flux, storyValues())), `${path}: ${title}`);
  t.pass();
});
