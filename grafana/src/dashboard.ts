import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
  TimePickerBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARDS, type DashboardUid, menu, TAG } from './links.js';
import { rollupBucket } from './variables.js';

/** Panels under a heading. */
export type Section = { readonly heading: string; readonly panels: readonly Builder<Panel>[] };

export type DashboardFacts = {
  readonly uid: DashboardUid;
  /** The question that it answers. */
  readonly about: string;
  readonly from: string;
  readonly refresh: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly sections: readonly Section[];
};

/** A dashboard as Grafana loads it. */
export function dashboard({ uid, about, from, refresh, variables, sections }: DashboardFacts): Dashboard {
  const builder = new DashboardBuilder(DASHBOARDS[uid])
    .uid(uid)
    .description(about)
    .tags([TAG])
    .readonly()
    .timezone('browser')
    .time({ from, to: 'now' })
    .refresh(refresh)
    .timepicker(new TimePickerBuilder().refreshIntervals(['1m', '5m', '15m', '1h']))
    .tooltip(DashboardCursorSync.Crosshair)
    .link(menu())
    .variables([rollupBucket(), ...variables]);
  for (const { heading, panels } of sections) {
    builder.withRow(new RowBuilder(heading));
    for (const panel of panels) builder.withPanel(panel);
  }
  const built = builder.build();
  // Grafana numbers panels that have no number anew at each load; fixed ones keep links to a panel alive.
  return {
    ...built,
    id: null,
    panels: (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })),
  };
}
