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

/** The queries of a panel, with the letters Grafana knows them by. */
export function lettered(
  query: string | readonly string[],
): readonly (readonly [refId: string, query: string])[] {
  return (typeof query === 'string' ? [query] : query).map((one, index) => [
    String.fromCharCode(65 + index),
    one,
  ]);
}
