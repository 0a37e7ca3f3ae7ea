import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DATA_SOURCE } from '../data-source.js';
import { influxQuery } from './influx-query.js';
import type { ScaleName } from './scales.js';
import type { Unit } from './units.js';

/** What every panel has. */
export type PanelFacts = {
  readonly title: string;
  /** What it shows, in which unit, and what to do when it is red. */
  readonly about: string;
  /** Flux, one query or several. */
  readonly query: string | readonly string[];
  /** Width on a grid of 24. */
  readonly width: number;
  readonly height: number;
};

/** What panels with numbers have. */
export type NumberFacts = PanelFacts & {
  readonly unit: Unit;
  readonly decimals?: number;
  readonly scale?: ScaleName;
};

/** What the builders of all kinds of panels have. */
type Framed<Panel> = {
  title(title: string): Panel;
  description(description: string): Panel;
  datasource(source: typeof DATA_SOURCE): Panel;
  span(width: number): Panel;
  height(height: number): Panel;
  withTarget(target: Builder<Dataquery>): Panel;
};

/** Gives a panel its title, description, data source, size and queries. */
export function framed<Panel extends Framed<Panel>>(
  panel: Panel,
  { title, about, width, height, query }: PanelFacts,
): Panel {
  panel.title(title).description(about).datasource(DATA_SOURCE).span(width).height(height);
  const queries = typeof query === 'string' ? [query] : query;
  for (const [index, one] of queries.entries())
    panel.withTarget(influxQuery(one, String.fromCharCode('A'.charCodeAt(0) + index)));
  return panel;
}
