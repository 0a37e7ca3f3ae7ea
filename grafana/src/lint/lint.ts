import { DATA_SOURCE } from '../data-source.js';
import type { DashboardFile, Finding, PanelJson, VariableJson } from './dashboard-json.js';
import { linkFaults, overlaps, panelFaults } from './panel-rules.js';
import { queryFaults } from './query-rules.js';

/** Read again when the range changes; the hidden ones when the dashboard is opened. */
const ON_RANGE = 2;

/** Everything that is wrong with dashboards that Grafana loads from files; nothing where all is well. */
export function lintDashboards(files: readonly DashboardFile[]): Finding[] {
  return [...files.flatMap((file) => [...dashboardFindings(file, files)]), ...doubled(files)];
}

function* dashboardFindings(own: DashboardFile, all: readonly DashboardFile[]): Generator<Finding> {
  const { file, dashboard } = own;
  const { panels = [], uid = '', title = '', id, editable } = dashboard;
  const variables = dashboard.templating?.list ?? [];
  const found = (place: string, fault: string): Finding => ({ file, place, fault });
  if (uid === '') yield found('dashboard', 'no uid');
  if (title === '') yield found('dashboard', 'no title');
  if (id !== null) yield found('dashboard', 'its id has to be null');
  if (editable !== false) yield found('dashboard', 'is editable, though changes are lost');
  if (dashboard.__inputs !== undefined)
    yield found('dashboard', '__inputs are asked for by the import page alone');
  if (JSON.stringify(dashboard).includes('${DS_'))
    yield found('dashboard', '${DS_…} is filled in by the import page alone');
  for (const fault of overlaps(panels)) yield found('dashboard', fault);
  for (const fault of doubledIds(panels)) yield found('dashboard', fault);
  for (const variable of variables)
    for (const fault of variableFaults(variable, variables)) yield found(`variable ${variable.name}`, fault);
  for (const panel of panels) {
    const place = `panel ${panel.title ?? panel.id ?? ''}`;
    for (const fault of panelFaults(panel)) yield found(place, fault);
    for (const fault of sourceFaults(panel)) yield found(place, fault);
    for (const fault of linkFaults(panel, own, all)) yield found(place, fault);
    for (const { query = '' } of panel.targets ?? [])
      for (const fault of queryFaults(query, variables)) yield found(place, fault);
  }
}

function* sourceFaults({ type, datasource, targets = [] }: PanelJson): Generator<string> {
  if (type === 'row' || type === 'text') return;
  for (const source of [datasource, ...targets.map((target) => target.datasource)])
    if (!isOurs(source)) yield `asks another data source than ${DATA_SOURCE.uid}: ${JSON.stringify(source)}`;
}

function isOurs(source: unknown): boolean {
  return typeof source === 'object' && source !== null && 'uid' in source && source.uid === DATA_SOURCE.uid;
}

function* variableFaults(variable: VariableJson, all: readonly VariableJson[]): Generator<string> {
  if (variable.type !== 'query') return;
  if (!isOurs(variable.datasource)) yield `asks another data source than ${DATA_SOURCE.uid}`;
  if (variable.hide !== 2 && variable.refresh !== ON_RANGE)
    yield 'is not read again when the time range changes';
  if (variable.includeAll === true && variable.allValue !== '.*')
    yield 'All has no value of its own: it would become a list of everything';
  yield* queryFaults(String(variable.query ?? ''), all);
}

function* doubledIds(panels: readonly PanelJson[]): Generator<string> {
  const seen = new Map<number, string>();
  for (const { id, title = '' } of panels) {
    if (id === undefined) yield `${title} has no id`;
    else if (seen.has(id)) yield `${title} has the same id as ${seen.get(id)}: ${id}`;
    else seen.set(id, title);
  }
}

/** With one uid or title twice Grafana updates none of the dashboards any more, and tells it in its log alone. */
function* doubled(files: readonly DashboardFile[]): Generator<Finding> {
  for (const what of ['uid', 'title'] as const) {
    const seen = new Map<string, string>();
    for (const { file, dashboard } of files) {
      const value = dashboard[what] ?? '';
      const before = seen.get(value);
      if (before !== undefined)
        yield { file, place: 'dashboard', fault: `has the same ${what} as ${before}: ${value}` };
      else seen.set(value, file);
    }
  }
}
