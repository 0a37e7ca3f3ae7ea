import type { ROLLUPS, Rollup, RollupFieldOf, RollupTagOf } from '../../../src/points/rollup-schema.js';
import type {
  CONTEXT_TAGS,
  ExtraTagOf,
  FieldOf,
  IDENTITY_TAGS,
  IdentifiedMeasurement,
  Measurement,
} from '../../../src/points/schema.js';

type CommonTag = keyof typeof IDENTITY_TAGS | keyof typeof CONTEXT_TAGS;

/** Names of the tags of a measurement of the raw bucket. */
export type TagOf<M extends Measurement> =
  | (ExtraTagOf<M> & string)
  | (M extends IdentifiedMeasurement ? CommonTag : never);

/** Name of a measurement of the rollup bucket. */
export type RolledMeasurement = {
  [R in Rollup]: `${R}_${(typeof ROLLUPS)[R]['resolutions'][number]}`;
}[Rollup];

export type { FieldOf, Measurement, Rollup, RollupFieldOf, RollupTagOf };

/** A tag that a family of rollups has, and the raw measurement that it is made from too. */
export type SharedTag<R extends Rollup> = RollupTagOf<R> & TagOf<(typeof ROLLUPS)[R]['from']>;
