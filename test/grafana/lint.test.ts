import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { generatedFiles } from '../../grafana/src/files.js';
import type { DashboardFile } from '../../grafana/src/lint/dashboard-json.js';
import { lintDashboards } from '../../grafana/src/lint/lint.js';
import { PACKAGE_ROOT } from '../../src/version.js';
import { dashboardFiles, FOLDER } from './dashboard-files.js';

/** The dashboards as they lie in the repository. */
const files = (): DashboardFile[] => dashboardFiles();

/** The same with something changed in the text of one file. */
function changed(file: string, from: string, to: string): DashboardFile[] {
  return files().map((one) => {
    if (one.file !== file) return one;
    const text = JSON.stringify(one.dashboard);
    if (!text.includes(from)) throw new Error(`${file} holds no ${from}`);
    return { file, dashboard: JSON.parse(text.replace(from, to)) };
  });
}

const faults = (all: readonly DashboardFile[]) =>
  lintDashboards(all).map(({ file, place, fault }) => `${file}: ${place}: ${fault}`);

test('the generated files are up to date', (t) => {
  for (const { path, text } of generatedFiles())
    t.is(readFileSync(join(PACKAGE_ROOT, path), 'utf8'), text, `${path} is out of date: npm run dashboards`);
  const expected = generatedFiles().map(({ path }) => path);
  for (const name of readdirSync(FOLDER)) t.true(expected.includes(`grafana/dashboards/${name}`), name);
});

test('C25, C26: the dashboards of the repository have no fault', (t) => {
  t.is(files().length, 8);
  t.deepEqual(faults(files()), []);
});

const MUTATIONS: readonly (readonly [
  title: string,
  file: string,
  from: string,
  to: string,
  fault: RegExp,
])[] = [
  [
    'C25: a data source of the import page',
    'overview.json',
    '"uid":"qss-influxdb"',
    '"uid":"${DS_INFLUXDB}"',
    /import page/,
  ],
  [
    'C25: another data source',
    'overview.json',
    '"uid":"qss-influxdb"',
    '"uid":"mine"',
    /another data source/,
  ],
  ['C25: inputs of the import page', 'overview.json', '"id":null', '"id":null,"__inputs":[]', /import page/],
  ['C25: an id', 'overview.json', '"id":null', '"id":7', /id has to be null/],
  ['C26: a uid twice', 'overview.json', '"uid":"qss-overview"', '"uid":"qss-places"', /same uid as/],
  ['C26: a title twice', 'overview.json', '"title":"Overview"', '"title":"Phone"', /same title as/],
  ['C26: a panel id twice', 'overview.json', '"id":2', '"id":1', /same id as/],
  ['an editable dashboard', 'phone.json', '"editable":false', '"editable":true', /editable/],
  ['a panel without a title', 'phone.json', '"title":"Calls"', '"title":""', /no title/],
  [
    'a panel without a description',
    'overview.json',
    '"description":"Mean jitter',
    '"description":"","x":"Mean jitter',
    /no description/,
  ],
  ['a panel without a unit', 'overview.json', '"defaults":{"unit":"percent",', '"defaults":{', /no unit/],
  ['C28: no least interval', 'overview.json', '"interval":"1m"', '"interval":"10s"', /shorter than a minute/],
  [
    'C28: windows of any width',
    'phone.json',
    'every: every',
    'every: v.windowPeriod',
    /shorter than a minute/,
  ],
  [
    'C28: rows of empty windows',
    'phone.json',
    'createEmpty: false',
    'createEmpty: true',
    /createEmpty: true/,
  ],
  [
    'C29: days without a zone',
    'places.json',
    'Good minutes by day and site (UTC)',
    'Good minutes by day',
    /does not say/,
  ],
  ['a variable that is not there', 'overview.json', '${site:regex}', '${office:regex}', /no variable office/],
  ['a value that is not escaped', 'overview.json', '/^${site:regex}$/', '/^${site}$/', /has to be escaped/],
  ['a value in no anchored expression', 'overview.json', '/^${site:regex}$/', '/${site:regex}/', /anchored/],
  ['a variable without braces', 'overview.json', '/^${site:regex}$/', '/^$site$/', /has no braces/],
  ['a macro that Grafana has not', 'overview.json', 'v.timeRangeStart', 'v.rangeStart', /no macro/],
  [
    'a measurement that is not there',
    'overview.json',
    '\\"zoom_qos\\"',
    '\\"zoom_quality\\"',
    /schema has no zoom_quality/,
  ],
  ['a column that is not there', 'places.json', 'r.site =~', 'r.office =~', /no column office/],
  ['panels on one another', 'overview.json', '"x":4,"y":1', '"x":0,"y":1', /lie on one another/],
  ['a panel over the edge', 'overview.json', '"w":4,"x":20', '"w":8,"x":20', /over the edge/],
  ['a link to no dashboard', 'meetings.json', '/d/qss-meeting?', '/d/qss-meet?', /leads to no dashboard/],
  ['a link that loses the range', 'meetings.json', '${__url_time_range}&', '', /loses the time range/],
  ['a link with a variable of nobody', 'meetings.json', 'var-meeting=', 'var-uuid=', /has no variable uuid/],
  [
    'a link with a column of nobody',
    'meetings.json',
    '__data.fields.meeting:',
    '__data.fields.uuid:',
    /does not have/,
  ],
  ['a link with a value as it is', 'meetings.json', ':percentencode', '', /not encoded/],
  ['a variable that stays', 'overview.json', '"refresh":2', '"refresh":1', /not read again/],
  ['All as a list of everything', 'overview.json', '"allValue":".*"', '"allValue":""', /list of everything/],
];

for (const [title, file, from, to, fault] of MUTATIONS)
  test(`${title} is found`, (t) => {
    const found = faults(changed(file, from, to));
    t.true(
      found.some((line) => fault.test(line)),
      found.join('\n') || 'nothing was found',
    );
  });

test('C26: a copy of a dashboard under another name is found, and both files are named', (t) => {
  const [first] = files();
  if (first === undefined) throw new Error('no dashboards');
  const found = faults([...files(), { ...first, file: 'copy.json' }]);
  t.true(
    found.some((line) => line.startsWith('copy.json') && line.includes(first.file)),
    found.join('\n'),
  );
});

test('C25: the data source has the uid that the dashboards ask, Flux, and its token from the environment', (t) => {
  const folder = join(PACKAGE_ROOT, 'grafana', 'provisioning', 'datasources');
  const sources = readdirSync(folder).flatMap(
    (name) => parse(readFileSync(join(folder, name), 'utf8')).datasources ?? [],
  );
  t.is(sources.length, 1);
  const [source] = sources;
  t.is(source.uid, 'qss-influxdb');
  t.is(source.type, 'influxdb');
  t.is(source.editable, false);
  t.is(source.jsonData.version, 'Flux');
  t.is(source.jsonData.organization, '$INFLUX_ORG');
  t.is(source.jsonData.defaultBucket, '$INFLUX_BUCKET');
  t.is(source.secureJsonData.token, '$INFLUX_READ_TOKEN');
  t.false(/api\/v2/.test(source.url));
});
