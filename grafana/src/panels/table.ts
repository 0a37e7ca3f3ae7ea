import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { DATA_SOURCE } from '../data-source.js';
import { literals } from '../flux/text.js';
import { influxQuery } from './influx-query.js';
import { lettered, type PanelFacts } from './panel.js';
import { type ScaleName, steps } from './scales.js';
import { UNITS, type Unit } from './units.js';

/** One column: the name it has in the query, and how it is shown. */
export type Column = {
  readonly column: string;
  readonly title: string;
  readonly unit?: Unit;
  readonly decimals?: number;
  readonly scale?: ScaleName;
  readonly width?: number;
  /** Where a click on a cell leads. */
  readonly link?: { readonly title: string; readonly url: string };
  readonly isHidden?: boolean;
};

export type TableFacts = PanelFacts & {
  readonly columns: readonly Column[];
  /** Sorted by this column's title, the highest on top; else as the query gives the rows. */
  readonly sortedBy?: string;
  /** What is shown where there are no rows, or a cell has no value. */
  readonly nothing?: string;
};

/** Rows to read and to drill into. Of what the query gives, the listed columns are kept. */
export function table(facts: TableFacts): PanelBuilder {
  const { title, about, width, height, columns, sortedBy, nothing = '–' } = facts;
  const panel = new PanelBuilder()
    .title(title)
    .description(about)
    .datasource(DATA_SOURCE)
    .span(width)
    .height(height)
    .interval('1m')
    .noValue(nothing)
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { _start: true, _stop: true },
        indexByName: Object.fromEntries(columns.map(({ column }, index) => [column, index])),
        renameByName: {},
      },
    });
  for (const column of columns) panel.overrideByName(column.column, [...properties(column)]);
  if (sortedBy !== undefined)
    panel.sortBy([new TableSortByFieldStateBuilder().displayName(sortedBy).desc(true)]);
  const kept = `  |> keep(columns: ${literals(columns.map(({ column }) => column))})`;
  for (const [refId, query] of lettered(facts.query))
    panel.withTarget(influxQuery(`${query}\n${kept}`, refId));
  return panel;
}

function* properties({
  title,
  unit,
  decimals,
  scale,
  width,
  link,
  isHidden,
}: Column): Generator<DynamicConfigValue> {
  yield { id: 'displayName', value: title };
  if (isHidden === true) yield { id: 'custom.hidden', value: true };
  if (unit !== undefined) yield { id: 'unit', value: UNITS[unit] };
  if (decimals !== undefined) yield { id: 'decimals', value: decimals };
  if (width !== undefined) yield { id: 'custom.width', value: width };
  if (link !== undefined) yield { id: 'links', value: [{ ...link, targetBlank: false }] };
  if (scale === undefined) return;
  yield { id: 'thresholds', value: { mode: 'absolute', steps: steps(scale) } };
  yield { id: 'color', value: { mode: 'thresholds' } };
  yield { id: 'custom.cellOptions', value: { type: 'color-text' } };
}
