import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/version.js';
import { type DashboardJson, type PlacedQuery, queriesOf } from './queries-of.js';

/** Where the dashboards lie that Grafana loads. */
export const FOLDER = join(PACKAGE_ROOT, 'grafana', 'dashboards');

/** The dashboards as they lie in the repository, by the names of their files. */
export function dashboardFiles<Json = DashboardJson>(): { file: string; dashboard: Json }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((file) => ({ file, dashboard: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) }));
}

export const DASHBOARDS: readonly DashboardJson[] = dashboardFiles().map(({ dashboard }) => dashboard);

/** The query of a panel, by the uid of its dashboard and its title; by its kind, too, where a title is there twice. */
export function panel(uid: string, title: string, type?: string): PlacedQuery {
  const dashboard = DASHBOARDS.find((one) => one.uid === uid);
  const found =
    dashboard &&
    queriesOf(dashboard).find(({ place, panelType }) => place === title && (type ?? panelType) === panelType);
  if (found === undefined) throw new Error(`no panel ${title} in ${uid}`);
  return found;
}
