import { allDashboards } from '../../grafana/src/all.js';

/** The panels of each dashboard, by its title; of those rows that hold none of their own the headings. */
const PANELS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  allDashboards().map(({ title = '', panels = [] }) => [
    title,
    new Set(panels.flatMap((panel) => (panel.type === 'row' ? [] : [panel.title ?? '']))),
  ]),
);

/** What a text puts in bold. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = '']) => name.replaceAll(/\s+/g, ' '));
}

/** Whether a name is that of a dashboard, or `Dashboard → Panel` of a panel on it. */
export function isThere(name: string): boolean {
  const [dashboard = '', ...panel] = name.split(' → ');
  const panels = PANELS.get(dashboard);
  return panels !== undefined && (panel.length === 0 || (panel.length === 1 && panels.has(panel[0] ?? '')));
}
