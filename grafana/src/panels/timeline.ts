import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { framed, type NumberFacts } from './panel.js';
import { steps, thresholds } from './scales.js';
import { UNITS } from './units.js';

/** After this much time without a sample somebody is gone, ms. */
const ABSENT_MS = 150_000;

/** One row each for what is watched, coloured by its scale minute by minute. */
export function timeline(facts: NumberFacts & { readonly name: string }): PanelBuilder {
  const { unit, decimals, scale = 'none', name } = facts;
  const panel = framed(new PanelBuilder(), facts)
    .unit(UNITS[unit])
    .displayName(name)
    .interval('1m')
    .thresholds(thresholds(steps(scale)))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .showValue(VisibilityMode.Never)
    .mergeValues(true)
    .insertNulls(ABSENT_MS)
    .rowHeight(0.85)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    );
  if (decimals !== undefined) panel.decimals(decimals);
  return panel;
}
