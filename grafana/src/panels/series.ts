import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { framed, type NumberFacts } from './panel.js';
import { steps, thresholds } from './scales.js';
import { UNITS } from './units.js';

export type SeriesFacts = NumberFacts & {
  /** The name of each line: text, with `${__field.labels.site}` and the like. */
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  readonly style?: 'bars' | 'lines' | 'points' | 'stacked';
  /** The longest gap that a line spans, ms: a missing minute is drawn through, an absence is a gap. */
  readonly spanMs?: number;
};

/** Samples come once a minute, some seconds off: two missing minutes are an absence. */
const USUAL_SPAN_MS = 150_000;

/** Lines over time. */
export function series(facts: SeriesFacts): PanelBuilder {
  const { unit, decimals, scale, name, min, max, style = 'lines' } = facts;
  const panel = framed(new PanelBuilder(), facts)
    .unit(UNITS[unit])
    .displayName(name)
    .interval('1m')
    .drawStyle(
      style === 'bars'
        ? GraphDrawStyle.Bars
        : style === 'points'
          ? GraphDrawStyle.Points
          : GraphDrawStyle.Line,
    )
    .lineInterpolation(LineInterpolation.Linear)
    .lineWidth(2)
    .fillOpacity(style === 'stacked' ? 40 : style === 'bars' ? 60 : 0)
    .pointSize(style === 'points' ? 6 : 4)
    .showPoints(style === 'points' ? VisibilityMode.Always : VisibilityMode.Auto)
    .spanNulls(facts.spanMs ?? USUAL_SPAN_MS)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    );
  if (style === 'stacked') panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (scale !== undefined)
    panel
      .thresholds(thresholds(steps(scale)))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  if (decimals !== undefined) panel.decimals(decimals);
  if (min !== undefined) panel.min(min);
  if (max !== undefined) panel.max(max);
  return panel;
}
