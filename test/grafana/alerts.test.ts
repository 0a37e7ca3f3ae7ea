import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { parse } from 'yaml';
import { PACKAGE_ROOT } from '../../src/version.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { asGrafana } from './as-grafana.js';
import { writeLines } from './seed.js';

const test = anyTest as TestFn;
let influx: TestInflux;

test.before(async () => {
  influx = await startTestInflux();
});
test.after.always(async () => await influx?.stop());

const FILE = join(PACKAGE_ROOT, 'grafana', 'provisioning', 'alerting', 'qss-bridge.yaml');
const TEXT = readFileSync(FILE, 'utf8');

type Step = {
  refId: string;
  datasourceUid: string;
  relativeTimeRange: { from: number; to: number };
  model: {
    query?: string;
    type?: string;
    expression?: string;
    reducer?: string;
    conditions?: { evaluator: { type: string; params: number[] } }[];
  };
};
type Rule = {
  uid: string;
  title: string;
  condition: string;
  for: string;
  noDataState: string;
  execErrState: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  data: [Step, Step, Step];
};

const GROUPS: { name: string; folder: string; interval: string; rules: Rule[] }[] = parse(TEXT).groups;
const RULES = GROUPS.flatMap(({ rules }) => rules);

function ruleOf(uid: string): Rule {
  const rule = RULES.find((one) => one.uid === uid);
  if (rule === undefined) throw new Error(`no rule ${uid}`);
  return rule;
}

const MINUTE = 60_000;
/** When rules are asked: a past minute, so that all of a test's points lie before it. */
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;

let buckets = 0;

/** A bucket of its own with these lines. */
async function bucketOf(lines: readonly string[]): Promise<string> {
  buckets += 1;
  const bucket = `alerts-${buckets}`;
  await influx.createBucket(bucket);
  if (lines.length > 0) await writeLines({ ...influx, bucket }, lines);
  return bucket;
}

type Instance = {
  readonly labels: Readonly<Record<string, unknown>>;
  readonly value: number;
  readonly isFiring: boolean;
};

/**
 * Evaluates a rule as Grafana does: the query; every set of labels reduced to one number; the limit. Fails on what Grafana
 * would call "not a wide series": texts that are no labels, or more than one number column.
 */
async function evaluate(rule: Rule, bucket: string, now = NOW): Promise<Instance[]> {
  const [query, reduce, limit] = rule.data;
  const { from, to } = query.relativeTimeRange;
  const flux = asGrafana(query.model.query ?? '', {
    from: now - from * 1000,
    to: now - to * 1000,
    windowMs: 0,
    bucket,
    organization: influx.org,
    variables: {},
  });
  const series = new Map<string, { labels: Record<string, unknown>; values: number[] }>();
  for (const { result: _result, table: _table, _time: time, _value: value, ...labels } of await influx.query(
    flux,
  )) {
    if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) throw new Error(`no time: ${time}`);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`no number: ${value}`);
    for (const label of Object.values(labels))
      if (typeof label !== 'string') throw new Error(`no label: ${label}`);
    const key = JSON.stringify(labels);
    const known = series.get(key) ?? { labels, values: [] };
    known.values.push(value);
    series.set(key, known);
  }
  if (
    reduce.model.type !== 'reduce' ||
    reduce.model.reducer !== 'last' ||
    reduce.model.expression !== query.refId
  )
    throw new Error('the second step is to take the last value of the first');
  if (
    limit.model.type !== 'threshold' ||
    limit.model.expression !== reduce.refId ||
    rule.condition !== limit.refId
  )
    throw new Error('the third step is to compare the second, and is the condition');
  const evaluator = limit.model.conditions?.[0]?.evaluator;
  const [param = Number.NaN] = evaluator?.params ?? [];
  return [...series.values()].map(({ labels, values }) => {
    const last = values.at(-1) ?? Number.NaN;
    return { labels, value: last, isFiring: evaluator?.type === 'gt' ? last > param : last < param };
  });
}

const firing = (instances: readonly Instance[]) =>
  instances.filter(({ isFiring }) => isFiring).map(({ labels }) => labels);

const IDENTITY = 'account_id=ACC,source=meeting';

/** Samples of some people in a meeting, a minute apart, of which every n-th is poor. */
function meeting(name: string, site: string, people: number, poorEvery: number): string[] {
  return Array.from({ length: people }, (_, person) =>
    Array.from({ length: 9 }, (_, minute) => {
      const poor = poorEvery > 0 && (person + minute) % poorEvery === 0 ? 1 : 0;
      const tags = `${IDENTITY},meeting=${name},participant=${person},site=${site},media=audio,direction=sent,stream=audio_input`;
      return `zoom_qos,${tags} poor=${poor},latency_ms=40 ${NOW - (minute + 0.5) * MINUTE}`;
    }),
  ).flat();
}

function cpu(site: string, percent: number): string[] {
  return Array.from({ length: 140 }, (_, index) => {
    const tags = `${IDENTITY},meeting=M,participant=${index % 14},site=${site}`;
    return `zoom_cpu,${tags} system_max_pct=${percent} ${NOW - (0.5 + Math.floor(index / 14)) * MINUTE}`;
  });
}

function phone(mos: number): string[] {
  return Array.from({ length: 60 }, (_, index) => {
    const tags =
      'account_id=ACC,source=phone,meeting=c,participant=caller,call=c,party=caller,direction=sent';
    return `zoom_call,${tags} mos=${mos},poor=0 ${NOW - (index + 1) * 10_000}`;
  });
}

type OwnPoint = { readonly minutesAgo: number; readonly fields: string };

const own = (points: readonly OwnPoint[]) =>
  points.map(
    ({ minutesAgo, fields }) => `qss_bridge,instance=bridge-1 ${fields} ${NOW - minutesAgo * MINUTE}`,
  );

/** Points of the bridge that accepts so many events a minute, from some minutes ago to others. */
function accepting(perMinute: number, from: number, to: number): OwnPoint[] {
  return Array.from({ length: from - to }, (_, index) => ({
    minutesAgo: from - index - 0.5,
    fields: `accepted=${1_000_000 + perMinute * index},lag_ms=0`,
  }));
}

const DAY = 24 * 60;

/** What has to fire, what has to stay silent beside it, and the twin in which all is well. */
const CASES: Readonly<Record<string, { bad: string[]; labels: Record<string, string>; well: string[] }>> = {
  'qss-site-poor': {
    bad: [...meeting('A', 'Riverton', 15, 4), ...meeting('B', 'Lakeside', 15, 0)],
    labels: { site: 'Riverton' },
    well: [...meeting('A', 'Riverton', 15, 40), ...meeting('B', 'Lakeside', 15, 0)],
  },
  'qss-phone-mos': { bad: phone(3.1), labels: { account_id: 'ACC' }, well: phone(4.2) },
  'qss-large-meeting': {
    bad: [...meeting('large', 'Riverton', 25, 4), ...meeting('small', 'Riverton', 5, 1)],
    labels: { meeting: 'large' },
    well: [...meeting('large', 'Riverton', 25, 12), ...meeting('small', 'Riverton', 5, 1)],
  },
  'qss-busy-cpu': {
    bad: [...cpu('Riverton', 95), ...cpu('Lakeside', 40)],
    labels: { site: 'Riverton' },
    well: [...cpu('Riverton', 60), ...cpu('Lakeside', 40)],
  },
  'qss-nothing-received': {
    bad: own([...accepting(10, DAY + 40, DAY - 10), ...accepting(0, 40, 0)]),
    labels: { instance: 'bridge-1' },
    well: own([...accepting(10, DAY + 40, DAY - 10), ...accepting(10, 40, 0)]),
  },
  'qss-not-writing': {
    bad: own(accepting(10, 40, 8)),
    labels: { instance: 'bridge-1' },
    well: own(accepting(10, 40, 0)),
  },
  'qss-validation-old': {
    bad: own([{ minutesAgo: 1, fields: `validation_age_s=${75 * 3600}` }]),
    labels: { instance: 'bridge-1' },
    well: own([{ minutesAgo: 1, fields: `validation_age_s=${10 * 3600}` }]),
  },
};

test('the seven alerts are those that are tested here, each with a uid and a title of its own', (t) => {
  t.deepEqual(RULES.map(({ uid }) => uid).sort(), Object.keys(CASES).sort());
  t.is(new Set(RULES.map(({ title }) => title)).size, 7);
});

for (const [uid, { bad, labels, well }] of Object.entries(CASES)) {
  test(`${uid} fires on what is bad, and on that alone`, async (t) => {
    t.deepEqual(firing(await evaluate(ruleOf(uid), await bucketOf(bad))), [labels]);
  });
  test(`${uid} stays silent on the healthy twin`, async (t) => {
    const instances = await evaluate(ruleOf(uid), await bucketOf(well));
    t.true(instances.length > 0, 'it judges nothing');
    t.deepEqual(firing(instances), []);
  });
}

test('the bridge that waits to write fires too, though it still tells of itself', async (t) => {
  const lines = own([{ minutesAgo: 0.2, fields: 'lag_ms=900000' }]);
  t.is(firing(await evaluate(ruleOf('qss-not-writing'), await bucketOf(lines))).length, 1);
});

test('nothing received at night is no alert where nothing came the night before either', async (t) => {
  const lines = own([...accepting(0, DAY + 40, DAY - 10), ...accepting(0, 40, 0)]);
  t.deepEqual(firing(await evaluate(ruleOf('qss-nothing-received'), await bucketOf(lines))), []);
});

test('a restart of the bridge, which counts from anew, is no silence', async (t) => {
  const restarted = accepting(10, 40, 20);
  const anew = Array.from({ length: 20 }, (_, index) => ({
    minutesAgo: 19.5 - index,
    fields: `accepted=${10 * index}`,
  }));
  const lines = own([...accepting(10, DAY + 40, DAY - 10), ...restarted, ...anew]);
  t.deepEqual(firing(await evaluate(ruleOf('qss-nothing-received'), await bucketOf(lines))), []);
});

test('C30: on an empty bucket every query works and gives nothing, and the state for that is chosen', async (t) => {
  const bucket = await bucketOf([]);
  for (const rule of RULES) t.deepEqual(await evaluate(rule, bucket), [], rule.uid);
  const states = Object.fromEntries(
    RULES.map(({ uid, noDataState, execErrState }) => [uid, [noDataState, execErrState]]),
  );
  t.deepEqual(states, {
    // Nothing to judge at night is no fault; a bridge that tells nothing of itself for a day is one.
    'qss-site-poor': ['OK', 'Error'],
    'qss-phone-mos': ['OK', 'Error'],
    'qss-large-meeting': ['OK', 'Error'],
    'qss-busy-cpu': ['OK', 'Error'],
    'qss-nothing-received': ['OK', 'Error'],
    'qss-not-writing': ['Alerting', 'Alerting'],
    'qss-validation-old': ['OK', 'Error'],
  });
});

test('C30: on a single row of each measurement every query works', async (t) => {
  const bucket = await bucketOf([
    ...meeting('A', 'Riverton', 1, 1).slice(0, 1),
    ...cpu('Riverton', 95).slice(0, 1),
    ...phone(1).slice(0, 1),
    ...own([{ minutesAgo: 1, fields: 'accepted=1,lag_ms=0,validation_age_s=5' }]),
  ]);
  for (const rule of RULES) t.deepEqual(firing(await evaluate(rule, bucket)), [], rule.uid);
});

test('C30: points without the tags of CONTEXT_TAGS, and texts beside numbers, break no query', async (t) => {
  const bucket = await bucketOf([
    `zoom_qos,${IDENTITY},meeting=M,participant=1,media=audio poor=1 ${NOW - MINUTE}`,
    `zoom_cpu,${IDENTITY},meeting=M,participant=1 system_max_pct=99 ${NOW - MINUTE}`,
    `zoom_call,account_id=ACC,call=c,party=caller,direction=sent mos=1,user="u",email="e" ${NOW - MINUTE}`,
  ]);
  for (const rule of RULES) t.deepEqual(firing(await evaluate(rule, bucket)), [], rule.uid);
});

test('C30: windows are literal, and nothing looks like a variable of the environment', (t) => {
  t.false(TEXT.includes('$'));
  t.false(TEXT.includes('windowPeriod'));
});

test('no title, label or summary can hold what names a person', (t) => {
  for (const { title, labels, annotations } of RULES) {
    t.notRegex(title, /\{\{/);
    t.deepEqual(Object.keys(labels).sort(), ['service', 'severity']);
    const used = [...JSON.stringify(annotations).matchAll(/\.Labels\.(\w+)/g)].map(([, name]) => name);
    for (const name of used) t.true(['site', 'meeting', 'instance'].includes(name ?? ''), name);
  }
});
