import type { DashboardFile, PanelJson } from './dashboard-json.js';
import { makesDays } from './query-rules.js';

/** Kinds of panels whose numbers need a unit. */
const WITH_UNIT = new Set(['stat', 'timeseries', 'state-timeline', 'gauge', 'bargauge']);

const COLUMNS = 24;

/** What is wrong with a panel, its queries and links apart. */
export function* panelFaults(panel: PanelJson): Generator<string> {
  const { type, title = '', description = '', targets = [], interval, fieldConfig, gridPos } = panel;
  if (title === '') yield 'no title';
  if (type === 'row') return;
  if (description.length < 20) yield 'no description that says what it shows';
  if (type !== 'text' && targets.length === 0) yield 'no query';
  if (type !== 'text' && interval !== '1m')
    yield 'its windows may become shorter than a minute: no interval of 1m';
  if (WITH_UNIT.has(type ?? '') && fieldConfig?.defaults?.unit === undefined) yield 'no unit';
  if (targets.some(({ query = '' }) => makesDays(query)) && !title.includes('UTC'))
    yield 'makes days, and its title does not say that they are of UTC';
  if (gridPos === undefined) yield 'has no place';
  else if (gridPos.x < 0 || gridPos.x + gridPos.w > COLUMNS) yield 'stands over the edge';
}

/** Panels that lie on one another. */
export function* overlaps(panels: readonly PanelJson[]): Generator<string> {
  for (const [index, one] of panels.entries())
    for (const other of panels.slice(index + 1)) {
      const [a, b] = [one.gridPos, other.gridPos];
      if (a === undefined || b === undefined) continue;
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      if (!apart) yield `${one.title ?? ''} and ${other.title ?? ''} lie on one another`;
    }
}

/** What is wrong with the links of a panel. */
export function* linkFaults(
  panel: PanelJson,
  own: DashboardFile,
  all: readonly DashboardFile[],
): Generator<string> {
  const overrides = panel.fieldConfig?.overrides ?? [];
  const columns = new Set(overrides.map(({ matcher }) => matcher?.options));
  const variablesOf = ({ dashboard }: DashboardFile) =>
    new Set((dashboard.templating?.list ?? []).map(({ name }) => name));
  const urls = overrides
    .flatMap(({ properties = [] }) => properties)
    .filter(({ id }) => id === 'links')
    .flatMap(({ value }) => (Array.isArray(value) ? (value as { url?: string }[]) : []))
    .map(({ url = '' }) => url);
  for (const url of urls) {
    const uid = /^\/d\/([\w-]+)\?/.exec(url)?.[1];
    const target = all.find(({ dashboard }) => dashboard.uid === uid);
    if (target === undefined) {
      yield `a link leads to no dashboard: ${url}`;
      continue;
    }
    if (!/\$\{__url_time_range\}|from=\$\{/.test(url)) yield `a link loses the time range: ${url}`;
    for (const [, name = ''] of url.matchAll(/[?&]var-(\w+)=/g))
      if (!variablesOf(target).has(name)) yield `${uid} has no variable ${name}`;
    for (const [, name = ''] of url.matchAll(/\$\{(\w+):queryparam\}/g))
      if (!variablesOf(own).has(name) || !variablesOf(target).has(name))
        yield `the variable ${name} is not in both dashboards`;
    for (const [, column = ''] of url.matchAll(/__data\.fields\.(\w+)/g))
      if (!columns.has(column)) yield `a link uses the column ${column}, which the table does not have`;
    if (/var-\w+=\$\{__data\.fields\.\w+\}/.test(url)) yield `a value in a link is not encoded: ${url}`;
  }
}
