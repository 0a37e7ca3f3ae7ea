import test from 'ava';
import { alertFile } from '../../grafana/src/alerts/alert-file.js';
import { ALERTS, type AlertRule } from '../../grafana/src/alerts/rules.js';
import { DASHBOARDS } from '../../grafana/src/links.js';
import { readText } from '../deploy/repository.js';
import { isThere, namesIn } from './named-panels.js';

const PAGE = readText('docs/operations.md');

/** The chapter about alerts. */
const CHAPTER = PAGE.split('\n## Alerts\n')[1]?.split('\n## ')[0] ?? '';

/** The page of an alert, by the anchor of its heading as GitHub makes it. */
const RUNBOOKS: ReadonlyMap<string, string> = new Map(
  CHAPTER.split('\n### ')
    .slice(1)
    .map((text) => [(text.split('\n')[0] ?? '').toLowerCase().replaceAll(' ', '-'), text]),
);

const UNITS: Readonly<Record<string, string>> = {
  'qss-site-poor': ' %',
  'qss-phone-mos': ' MOS',
  'qss-large-meeting': ' %',
  'qss-busy-cpu': ' %',
  'qss-nothing-received': '',
  'qss-not-writing': ' s',
  'qss-validation-old': ' hours',
};

const runbookOf = ({ runbook }: AlertRule) => RUNBOOKS.get(runbook) ?? '';

const inWords = (seconds: number) =>
  seconds > 3_600 ? `${seconds / 3_600} hours` : `${seconds / 60} minutes`;

/** The tags by which a rule tells one from another: its query ends with them. */
const labelOf = ({ query }: AlertRule) => /group\(columns: \["(\w+)"\]\)$/.exec(query)?.[1];

/** The line with which the page of a rule begins. */
function facts(rule: AlertRule): string {
  return [
    `Fires ${rule.is} ${rule.limit}${UNITS[rule.uid]}, looking back ${inWords(rule.rangeSeconds)},`,
    `when it lasts ${rule.lasting.replace(/m$/, ' minutes')}.`,
    `Label \`${labelOf(rule)}\`. Severity \`${rule.severity}\`.`,
    `No data: \`${rule.noData}\`. Query fails: \`${rule.onError}\`.`,
  ].join(' ');
}

test('docs/operations.md has a page for each alert, under the heading that the alert leads to, and no other', (t) => {
  t.deepEqual(
    [...RUNBOOKS.keys()],
    ALERTS.map(({ runbook }) => runbook),
  );
});

for (const rule of ALERTS) {
  test(`${rule.title}: its page begins with its limit, range, wait, label and states`, (t) => {
    t.is(runbookOf(rule).split('\n')[2], facts(rule));
    t.is(runbookOf(rule).split('\n')[0], rule.title);
  });

  test(`${rule.title}: its page tells every number that the query compares with`, (t) => {
    const compared = [...rule.query.matchAll(/>= (\d+)\.0/g)].map(([, number = '']) => number);
    t.deepEqual(
      compared.filter((number) => !new RegExp(`\\b(at least|at) ${number}\\b`).test(runbookOf(rule))),
      [],
    );
  });

  test(`${rule.title}: its page says where to look first, what may be the cause, and when it ends`, (t) => {
    const page = runbookOf(rule);
    t.regex(page, /^\*First look:\*/m);
    t.true((page.match(/^\| /gm)?.length ?? 0) > 3, 'a table of causes');
    t.true(page.includes('*Ends by itself*'));
    const dashboards = namesIn(page).map((name) => name.split(' → ')[0]);
    t.true(dashboards.includes(DASHBOARDS[rule.dashboard]), DASHBOARDS[rule.dashboard]);
  });
}

test('every dashboard and panel that the chapter about alerts names is there under that name', (t) => {
  const names = [...RUNBOOKS.values()].flatMap(namesIn);
  t.deepEqual(
    names.filter((name) => !isThere(name)),
    [],
  );
});

test('the labels by which alerts are routed are told', (t) => {
  for (const label of ['service', 'severity', ...ALERTS.map((rule) => labelOf(rule) ?? '?')])
    t.regex(CHAPTER, new RegExp(`^\\|.*\`${label}\`.*\\|$`, 'm'), label);
});

test('the alert file holds no dollar sign, in which Grafana would look for a variable of its environment', (t) => {
  t.false(alertFile().includes('$'));
});
