import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { literals } from '../flux/text.js';
import { framed, type PanelFacts } from './panel.js';
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
  readonly query: string;
  readonly columns: readonly Column[];
  /** What is shown where there are no rows, or a cell has no value. */
  readonly nothing?: string;
};

/** Rows to read and to drill into. Of what the query gives, the listed columns are kept. */
export function table(facts: TableFacts): PanelBuilder {
  const { columns, nothing = '–' } = facts;
  const kept = `  |> keep(columns: ${literals(columns.map(({ column }) => column))})`;
  const panel = framed(new PanelBuilder(), { ...facts, query: `${facts.query}\n${kept}` })
    .interval('1m')
    .noValue(nothing)
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(columns.map(({ column }, index) => [column, index])),
        renameByName: {},
      },
    });
  for (const column of columns) panel.overrideByName(column.column, [...properties(column)]);
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
