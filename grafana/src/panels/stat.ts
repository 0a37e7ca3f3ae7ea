import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { framed, type NumberFacts } from './panel.js';
import { stepsWithNone, thresholds } from './scales.js';
import { UNITS } from './units.js';

export type StatFacts = NumberFacts & {
  /** Draws the values over time behind the number, which is the latest of them. */
  readonly sparkline?: boolean;
  /** The column that is shown where it is a text. */
  readonly textOf?: string;
  /** What is shown where there is no value. */
  readonly nothing?: string;
};

/** One big number, coloured by its scale. */
export function stat(facts: StatFacts): PanelBuilder {
  const { unit, decimals, scale = 'none', sparkline = false, textOf, nothing } = facts;
  const reduce = new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
  const panel = framed(new PanelBuilder(), facts)
    .unit(UNITS[unit])
    .thresholds(thresholds(stepsWithNone(scale)))
    .interval('1m')
    .graphMode(sparkline ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(scale === 'none' ? BigValueColorMode.None : BigValueColorMode.Value)
    .textMode(BigValueTextMode.Value)
    .noValue(nothing ?? 'no data')
    .reduceOptions(textOf === undefined ? reduce : reduce.fields(`/^${textOf}$/`));
  if (decimals !== undefined) panel.decimals(decimals);
  return panel;
}
