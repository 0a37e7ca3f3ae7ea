import test from 'ava';
import { allDashboards } from '../../grafana/src/all.js';
import { FIVE_MINUTES_UP_TO, RAW_UP_TO } from '../../grafana/src/flux/by-range.js';
import { LISTED } from '../../grafana/src/queries/roster.js';
import { ENOUGH_SAMPLES } from '../../grafana/src/queries/worst.js';
import { BUSY_CPU_PCT, WEAK_WIFI_DBM } from '../../src/points/rollup-schema.js';
import { readText } from '../deploy/repository.js';
import { isThere, namesIn } from './named-panels.js';

const PAGE = readText('docs/dashboards.md');

test('every dashboard and panel that docs/dashboards.md puts in bold is there under that name', (t) => {
  const names = namesIn(PAGE);
  t.true(names.length > 80);
  t.deepEqual(
    names.filter((name) => !isThere(name)),
    [],
  );
});

test('a name that is on no dashboard, or on another one, is found', (t) => {
  t.true(isThere('Overview → Worst sites'));
  for (const name of ['Overviews', 'Overview → Worst cities', 'Bridge → Worst sites', 'Worst sites'])
    t.false(isThere(name), name);
});

test('docs/dashboards.md names every dashboard, with the range on which it opens', (t) => {
  for (const { title = '', time } of allDashboards()) {
    const row = PAGE.split('\n').find((line) => line.startsWith(`| **${title}** |`)) ?? '';
    t.is(/\| (\d+) hours \|$/.exec(row)?.[1], /^now-(\d+)h$/.exec(time?.from ?? '')?.[1], title);
  }
});

test('docs/dashboards.md explains every choice that dashboards offer', (t) => {
  const labels = allDashboards().flatMap(({ templating }) =>
    (templating?.list ?? []).filter(({ hide }) => hide !== 2).map(({ label }) => label ?? ''),
  );
  for (const label of new Set(labels)) t.regex(PAGE, new RegExp(`^\\| .*\\*${label}\\*.* \\|$`, 'm'), label);
});

test('docs/dashboards.md answers each of the sixteen questions, with a dashboard to begin at', (t) => {
  const rows = [...PAGE.matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm)];
  t.deepEqual(
    rows.map(([, number]) => Number(number)),
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  for (const [, number, from = ''] of rows) if (number !== '15') t.is(namesIn(from).length, 1, number);
});

test('the numbers of docs/dashboards.md are those of the code', (t) => {
  t.is(RAW_UP_TO, '15m');
  t.regex(PAGE, /^\| up to 15 minutes \| raw points/m);
  t.is(FIVE_MINUTES_UP_TO, '2d');
  t.regex(PAGE, /^\| up to 2 days \| rollups of 5 minutes/m);
  t.is(LISTED, 50);
  t.true(PAGE.includes(`those with ${ENOUGH_SAMPLES} minutes and more`));
  t.true(PAGE.includes(`below −${-WEAK_WIFI_DBM} dBm`));
  t.true(PAGE.includes(`at ${BUSY_CPU_PCT} % or more`));
  const defaults = [...readText('.env.example').matchAll(/^#(THRESHOLD_\w+)=(\S+)$/gm)];
  t.is(defaults.length, 4);
  for (const [, name = '', value = ''] of defaults) t.true(PAGE.includes(`\`${name}\` ${value}`), name);
});
