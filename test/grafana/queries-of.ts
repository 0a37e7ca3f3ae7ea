/** A query of a dashboard, and where it stands. */
export type PlacedQuery = {
  readonly dashboard: string;
  readonly place: string;
  readonly kind: 'annotation' | 'panel' | 'variable';
  readonly panelType?: string;
  readonly query: string;
};

type Target = { query?: string };
type PanelJson = { title?: string; type?: string; targets?: Target[]; panels?: PanelJson[] };
type VariableJson = { name: string; type: string; query?: unknown };

/** What tests read of a dashboard's JSON. */
export type DashboardJson = {
  uid: string;
  title: string;
  panels: PanelJson[];
  templating?: { list?: VariableJson[] };
  annotations?: { list?: ({ name: string; target?: Target } & Target)[] };
};

/** Every query of a dashboard. */
export function queriesOf(dashboard: DashboardJson): PlacedQuery[] {
  const at = { dashboard: dashboard.uid };
  const variables = (dashboard.templating?.list ?? []).flatMap(({ name, type, query }) =>
    type === 'query' && typeof query === 'string'
      ? [{ ...at, kind: 'variable', place: name, query } as const]
      : [],
  );
  const annotations = (dashboard.annotations?.list ?? []).flatMap(({ name, query, target }) => {
    const text = query ?? target?.query;
    return text === undefined ? [] : [{ ...at, kind: 'annotation', place: name, query: text } as const];
  });
  const panels = dashboard.panels
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .flatMap(({ title = '', type = '', targets = [] }) =>
      targets.flatMap(({ query }) =>
        query === undefined ? [] : [{ ...at, kind: 'panel', place: title, panelType: type, query } as const],
      ),
    );
  return [...variables, ...annotations, ...panels];
}
