import anyTest, { type TestFn } from 'ava';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { asGrafana, type Filling } from './as-grafana.js';
import { DASHBOARDS, panel } from './dashboard-files.js';
import { type DashboardJson, type PlacedQuery, queriesOf } from './queries-of.js';
import { FIVE_MINUTES, HOURS, rollUpDay, type ScriptedDay, scriptedDay } from './scripted-day.js';

type Row = Record<string, unknown>;
type Chosen = Filling['variables'];

const test = anyTest as TestFn;
let influx: TestInflux;
let day: ScriptedDay;

test.serial.before(async (t) => {
  t.timeout(240_000);
  influx = await startTestInflux();
  day = await scriptedDay(influx);
});
test.serial.before(async (t) => {
  t.timeout(240_000);
  await rollUpDay(influx);
});
test.after.always(async () => await influx?.stop());

const asText = (value: unknown) => JSON.stringify(value);

const ROSTER = 'People, the worst first (at most fifty)';

/** All values of every variable that has several. */
const EVERYTHING: Chosen = {
  ...Object.fromEntries(
    [
      'account',
      'source',
      'site',
      'location',
      'network_type',
      'data_center',
      'device',
      'client_version',
      'instance',
    ].map((name) => [name, { all: '.*' }]),
  ),
  search: [''],
};

type Range = { readonly from: number; readonly to: number };

const hours = (from: number, to: number): Range => ({ from: day.at(from), to: day.at(to) });

/** What each of the three sources of data is asked for. */
const RANGES = {
  'raw points': () => hours(2.25, 2.5),
  'rollups of five minutes': () => hours(FIVE_MINUTES.from, FIVE_MINUTES.to),
  'rollups of an hour': () => hours(HOURS.end - 72, HOURS.end),
} as const;

async function run(query: string, range: Range, variables: Chosen): Promise<Row[]> {
  const filling = {
    ...range,
    windowMs: Math.max(60_000, (range.to - range.from) / 500),
    bucket: influx.bucket,
    organization: influx.org,
    variables: { rollup_bucket: [influx.rollupBucket], ...variables },
  };
  const rows = await influx.query(asGrafana(query, filling));
  return rows.map(({ result: _result, table: _table, ...row }) => row);
}

type Variable = { name: string; type: string; query?: unknown; multi?: boolean; regex?: string };

const variablesOf = (dashboard: DashboardJson) => (dashboard.templating?.list ?? []) as readonly Variable[];

/** The values that a variable offers. */
function offered({ regex }: Variable, rows: readonly Row[]): string[] {
  return rows.map(({ _value: value }) => {
    const text = String(value);
    return regex ? (/⟦(.*)⟧$/.exec(text)?.[1] ?? '') : text;
  });
}

/** Chooses of each variable as many values as are asked for, in their order, since one narrows the next. */
async function choose(dashboard: DashboardJson, range: Range, count: 'all' | number): Promise<Chosen> {
  const chosen: Record<string, readonly string[] | { all: string }> = {};
  for (const variable of variablesOf(dashboard)) {
    const { name, type, query, multi } = variable;
    if (type === 'textbox') chosen[name] = name === 'call' ? [await worstCall(range)] : [''];
    if (type !== 'query') continue;
    const values = offered(variable, await run(String(query), range, chosen));
    if (values.length === 0) throw new Error(`the variable ${name} offers nothing`);
    if (name === 'rollup_bucket') chosen[name] = values;
    else if (name === 'meeting' || name === 'participant')
      chosen[name] = [await worstOf(name, values, range, chosen)];
    else if (multi !== true) throw new Error(`what to choose of ${name}?`);
    else chosen[name] = count === 'all' ? { all: '.*' } : values.slice(0, count);
  }
  return chosen;
}

/** The worst meeting, or the worst person in it: those have samples in the range. The variable must offer it. */
async function worstOf(
  name: 'meeting' | 'participant',
  values: readonly string[],
  range: Range,
  chosen: Chosen,
): Promise<string> {
  const [row] =
    name === 'meeting'
      ? await run(panel('qss-meetings', 'Meetings', 'table').query, range, EVERYTHING)
      : await run(panel('qss-meeting', ROSTER).query, range, chosen);
  const value = String(row?.[name]);
  if (!values.includes(value)) throw new Error(`${name} does not offer ${value}: ${values.join()}`);
  return value;
}

async function worstCall(range: Range): Promise<string> {
  const [row] = await run(panel('qss-phone', 'Calls', 'table').query, range, { account: { all: '.*' } });
  return String(row?.['call'] ?? '');
}

/** May be empty though all is well, and why. */
const MAY_BE_EMPTY: Readonly<Record<string, string>> = {
  'Internet providers': 'there is no database of addresses',
  "Zoom's notices": 'not everybody got one',
  'Wi-Fi signal': 'not everybody is on Wi-Fi',
  'Last sign of life': 'looks at the present, and the day is past',
};

/** What the panel's kind can draw. */
function shapeFault(
  { panelType = '', place }: PlacedQuery,
  rows: readonly Row[],
  names: readonly string[],
): string | undefined {
  const numeric = (row: Row) => typeof row['_value'] === 'number' && Number.isFinite(row['_value']);
  if (panelType === 'timeseries' || panelType === 'state-timeline') {
    const bad = rows.find(
      (row) => !numeric(row) || typeof row['_time'] !== 'string' || names.some((name) => !(name in row)),
    );
    return bad && `${place} draws time and number with ${names.join()}, not ${JSON.stringify(bad)}`;
  }
  if (
    panelType === 'stat' &&
    rows.length > 0 &&
    !rows.every(numeric) &&
    !rows.every((row) => Object.values(row).some((value) => typeof value === 'string'))
  )
    return `${place}: ${JSON.stringify(rows[0])}`;
  if (panelType === 'table' && rows.length > 0) {
    const missing = names.filter((name) => !rows.some((row) => name in row));
    return missing.length === 0
      ? undefined
      : `${place} has no column ${missing.join()}: ${JSON.stringify(rows[0])}`;
  }
  return undefined;
}

type PanelJson = {
  title?: string;
  type?: string;
  fieldConfig?: { defaults?: { displayName?: string }; overrides?: { matcher: { options: string } }[] };
};

/** Labels in the names of lines, or the columns of a table. */
function namesIn(dashboard: DashboardJson, { place, panelType }: PlacedQuery): string[] {
  const found = dashboard.panels.find(({ title, type }) => title === place && type === panelType) as
    | PanelJson
    | undefined;
  if (panelType === 'table')
    return (found?.fieldConfig?.overrides ?? []).map(({ matcher }) => matcher.options);
  return [...(found?.fieldConfig?.defaults?.displayName ?? '').matchAll(/__field\.labels\.(\w+)/g)].map(
    ([, name = '']) => name,
  );
}

for (const dashboard of DASHBOARDS)
  for (const [source, range] of Object.entries(RANGES))
    for (const count of ['all', 1, 2] as const)
      test.serial(
        `${dashboard.title}: every query works on ${source}, with ${count === 'all' ? 'all values' : `${count} value${count > 1 ? 's' : ''}`} chosen`,
        async (t) => {
          t.timeout(180_000);
          const chosen = await choose(dashboard, range(), count);
          const queries = queriesOf(dashboard);
          t.true(queries.length > 5);
          for (const query of queries) {
            const rows = await t
              .notThrowsAsync(run(query.query, range(), chosen), `${query.place}: ${query.query}`)
              .then(() => run(query.query, range(), chosen));
            if (count === 'all' && !(query.place in MAY_BE_EMPTY))
              t.true(rows.length > 0, `${query.place} is empty: ${asText(chosen)}`);
            t.is(shapeFault(query, rows, namesIn(dashboard, query)), undefined);
          }
        },
      );

async function rowsOf(uid: string, title: string, range: Range, variables: Chosen = {}): Promise<Row[]> {
  return await run(panel(uid, title).query, range, { ...EVERYTHING, ...variables });
}

for (const [source, range] of Object.entries(RANGES))
  test(`the site that loses packets is named first, by ${source}`, async (t) => {
    for (const [uid, title] of [
      ['qss-overview', 'Worst sites'],
      ['qss-overview', 'Worst networks'],
      ['qss-places', 'Worst site'],
      ['qss-places', 'Sites'],
    ] as const) {
      const [first] = await rowsOf(uid, title, range());
      t.is(first?.['site'], day.fault('site-loss'), `${uid} ${title}: ${asText(first)}`);
    }
  });

test('the slow data center is named first, and its latency stands out', async (t) => {
  const range = hours(HOURS.slowDataCenter[0] + 0.5, HOURS.slowDataCenter[0] + 0.75);
  for (const [uid, title] of [
    ['qss-overview', 'Worst data centers'],
    ['qss-places', 'Data centers'],
  ] as const) {
    const [first, second] = await rowsOf(uid, title, range);
    t.is(first?.['data_center'], day.fault('data-center'), asText(first));
    t.true(Number(first?.['latency_ms']) > 2 * Number(second?.['latency_ms']));
  }
});

test('the client version with the poor picture is named first', async (t) => {
  for (const range of [RANGES['raw points'](), RANGES['rollups of an hour']()])
    for (const title of ['Version with the worst picture', 'Picture by client version']) {
      const [first] = await rowsOf('qss-clients', title, range);
      t.is(first?.['client_version'], day.fault('client-version'), asText(first));
    }
});

/** The meetings of a person in the day, with the hour in which each was. */
async function meetingsOf(email: string): Promise<{ meeting: string; participant: string; hour: number }[]> {
  const rows = await influx.query(`from(bucket: "${influx.bucket}")
    |> range(start: ${new Date(day.at(0)).toISOString()}, stop: ${new Date(day.at(HOURS.end)).toISOString()})
    |> filter(fn: (r) => r._measurement == "zoom_participant" and r._field == "email" and r._value == "${email}" and r.source != "phone")
    |> group(columns: ["meeting", "participant"])
    |> first()
    |> group()
    |> sort(columns: ["_time"])`);
  return rows.map(({ meeting, participant, _time }) => ({
    meeting: String(meeting),
    participant: String(participant),
    hour: (Date.parse(String(_time)) - day.at(0)) / 3_600_000,
  }));
}

/** What the verdict is on each of somebody's meetings that no other fault of the day disturbs. */
async function verdictsOn(email: string): Promise<string[]> {
  const calm = (await meetingsOf(email)).filter(({ hour }) => (hour > 3.02 && hour < 3.6) || hour > 5.02);
  const verdicts = [];
  for (const { meeting, participant } of calm) {
    const [row] = await rowsOf('qss-participant', 'Verdict', hours(3, HOURS.end), {
      meeting: [meeting],
      participant: [participant],
    });
    if (row !== undefined) verdicts.push(String(row['_value']));
  }
  return verdicts;
}

test('the verdict on the person with the full computer is the computer, with the minutes that say so', async (t) => {
  const email = day.fault('busy-cpu');
  const verdicts = await verdictsOn(email);
  t.true(verdicts.length > 0, 'was in no meeting at a calm time');
  for (const verdict of verdicts)
    t.regex(verdict, /^Computer: \d+ of \d+ minutes, \d\d:\d\d to \d\d:\d\d UTC$/);
  const all = await meetingsOf(email);
  const [calm] = all.filter(({ hour }) => hour > 3);
  const range = hours(calm?.hour ?? 0, (calm?.hour ?? 0) + 0.5);
  const [first] = await rowsOf('qss-clients', 'Busiest computers (last hour of the range)', range);
  t.is(first?.['meeting'], calm?.meeting, asText(first));
  t.is(first?.['participant'], calm?.participant);
  const roster = await rowsOf('qss-meeting', ROSTER, range, {
    meeting: [calm?.meeting ?? ''],
  });
  t.is(
    roster.find(({ participant }) => participant === calm?.participant)?.['verdict'],
    'computer',
    asText(roster),
  );
});

test('the verdict on the person with the weak signal is the Wi-Fi', async (t) => {
  const verdicts = await verdictsOn(day.fault('weak-wifi'));
  t.true(verdicts.length > 0, 'was in no meeting at a calm time');
  for (const verdict of verdicts) t.regex(verdict, /^Wi-Fi: \d+ of \d+ minutes/);
});

test('the bad phone line is named first', async (t) => {
  const owner = day.fault('bad-line');
  const range = hours(3, HOURS.end);
  const [first] = await run(panel('qss-phone', 'Calls', 'table').query, range, EVERYTHING);
  t.true([first?.['caller'], first?.['callee']].includes(owner), asText(first));
});

test('a meeting is found by a part of its topic in any case, by its number and by its id', async (t) => {
  for (const range of [RANGES['raw points'](), RANGES['rollups of an hour']()]) {
    const rows = await run(panel('qss-meetings', 'Meetings', 'table').query, range, EVERYTHING);
    const some = rows.find(({ number, name }) => number !== '' && name !== number);
    if (some === undefined) throw new Error(`no meeting has a topic: ${asText(rows)}`);
    const search = async (text: string) =>
      await run(panel('qss-meetings', 'Meetings', 'table').query, range, { ...EVERYTHING, search: [text] });
    for (const text of [
      String(some['name']).toUpperCase().slice(1, 5),
      String(some['number']),
      String(some['meeting']),
    ]) {
      const found = await search(text);
      t.true(
        found.some(({ meeting }) => meeting === some['meeting']),
        `${text}: ${asText(found)}`,
      );
    }
    t.is((await search(String(some['number']))).length, 1);
    t.deepEqual(await search('no/such "topic" (at all)'), []);
  }
});
