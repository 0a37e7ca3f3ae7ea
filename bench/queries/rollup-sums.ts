import {
  type Resolution,
  ROLLUPS,
  type Rollup,
  type RollupDefinition,
} from '../../src/points/rollup-schema.js';
import { type Aggregate, RECIPES, type Recipe } from '../../src/rollups/recipes.js';
import { rolledTags, type TagValues } from './series.js';

const MINUTE = 60_000;
const LENGTH: Readonly<Record<Resolution, number>> = {
  '5m': 5 * MINUTE,
  '1h': 60 * MINUTE,
  '1d': 1_440 * MINUTE,
};

/** The values of one raw field in one window. */
class Values {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  all: number[] = [];

  add(value: number, isKept: boolean): void {
    this.count += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (isKept) this.all.push(value);
  }

  addAll({ count, sum, min, max, all }: Values): void {
    this.count += count;
    this.sum += sum;
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
    for (const value of all) this.all.push(value);
  }

  /** As Flux does it: `quantile(method: "exact_mean")`. */
  quantile(share: number): number {
    const sorted = Float64Array.from(this.all).sort();
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    return below + (place % 1) * ((sorted[Math.ceil(place)] ?? 0) - below);
  }
}

/** Which group a raw series belongs to: its tags, the id in a list, both as one text, and whom it counts. */
type Key = { readonly tags: string; readonly id: string; readonly name: string; readonly distinct: string };

/** What is known of one set of tags in one window. */
class Group {
  readonly tags: string;
  readonly id: string;
  readonly name: string;
  readonly values: Values[];
  readonly distinct = new Set<string>();

  constructor({ tags, id, name }: Omit<Key, 'distinct'>, fields: number) {
    this.tags = tags;
    this.id = id;
    this.name = name;
    this.values = Array.from({ length: fields }, () => new Values());
  }
}

/** One family: its running windows, of five minutes or an hour the shortest. */
class FamilySums {
  readonly #recipes: readonly [string, Recipe][];
  /** Raw fields, and whether their values are kept one by one. */
  readonly fields: readonly string[];
  readonly #isKept: readonly boolean[];
  readonly #resolutions: readonly Resolution[];
  readonly #definition: RollupDefinition;
  readonly #running = new Map<Resolution, Map<string, Group>>();

  constructor(readonly rollup: Rollup) {
    this.#definition = ROLLUPS[rollup];
    this.#resolutions = this.#definition.resolutions;
    this.#recipes = Object.entries(RECIPES[rollup]);
    const ofs = this.#recipes.flatMap(([, recipe]) => ('of' in recipe ? [recipe.of] : []));
    this.fields = [...new Set(ofs)];
    const isOrdered = (by: Aggregate) => typeof by === 'object' || by === 'p5' || by === 'p95';
    this.#isKept = this.fields.map((field) =>
      this.#recipes.some(([, recipe]) => 'by' in recipe && recipe.of === field && isOrdered(recipe.by)),
    );
    for (const resolution of this.#resolutions) this.#running.set(resolution, new Map());
  }

  key(tags: TagValues): Key {
    const textOf = this.#recipes.find(([, recipe]) => 'textOf' in recipe)?.[1];
    const distinct = this.#recipes.find(([, recipe]) => 'distinct' in recipe)?.[1];
    const rolled = rolledTags(this.#definition, tags);
    const id = textOf !== undefined && 'textOf' in textOf ? (tags[textOf.textOf] ?? '') : '';
    return {
      tags: rolled,
      id,
      name: rolled + id,
      distinct:
        distinct !== undefined && 'distinct' in distinct
          ? distinct.distinct.map((tag) => tags[tag] ?? '').join(' ')
          : '',
    };
  }

  add(key: Key, values: readonly (number | undefined)[]): void {
    const [shortest = '1h'] = this.#resolutions;
    const group = this.#groupOf(shortest, key);
    let index = 0;
    for (const value of values) {
      if (value !== undefined) group.values[index]?.add(value, this.#isKept[index] === true);
      index += 1;
    }
    if (key.distinct !== '') group.distinct.add(key.distinct);
  }

  /** Lines of the windows that end at a time; the shorter ones go on into the longer ones. */
  *ended(at: number): Generator<string> {
    for (const [index, resolution] of this.#resolutions.entries()) {
      if (at % LENGTH[resolution] !== 0) return;
      yield* this.#close(resolution, this.#resolutions[index + 1], at);
    }
  }

  /** Lines of all windows that run, whether or not they end. */
  *rest(at: number): Generator<string> {
    for (const [index, resolution] of this.#resolutions.entries())
      yield* this.#close(resolution, this.#resolutions[index + 1], at);
  }

  *#close(resolution: Resolution, longer: Resolution | undefined, at: number): Generator<string> {
    const groups = this.#running.get(resolution) ?? new Map<string, Group>();
    const start = Math.floor((at - 1) / LENGTH[resolution]) * LENGTH[resolution];
    for (const group of groups.values()) {
      yield this.#line(group, resolution, start);
      if (longer === undefined) continue;
      const target = this.#groupOf(longer, group);
      for (const [index, values] of group.values.entries()) target.values[index]?.addAll(values);
      for (const one of group.distinct) target.distinct.add(one);
    }
    this.#running.set(resolution, new Map());
  }

  #groupOf(resolution: Resolution, key: Omit<Key, 'distinct'>): Group {
    const groups = this.#running.get(resolution) ?? new Map<string, Group>();
    const known = groups.get(key.name);
    if (known !== undefined) return known;
    const group = new Group(key, this.fields.length);
    groups.set(key.name, group);
    return group;
  }

  #line(group: Group, resolution: Resolution, start: number): string {
    const minutes = LENGTH[resolution] / MINUTE;
    const texts = this.#recipes.flatMap(([field, recipe]) => {
      if ('textOf' in recipe) return [`${field}="${group.id}"`];
      if ('distinct' in recipe) return [`${field}=${group.distinct.size}`];
      const values = group.values[this.fields.indexOf(recipe.of)];
      if (values === undefined || values.count === 0) return [];
      return [`${field}=${summed(values, recipe.by, minutes)}`];
    });
    return `${this.rollup}_${resolution}${group.tags} ${texts.join(',')} ${start + momentOf(group.id)}`;
  }
}

function summed(values: Values, by: Aggregate, minutes: number): number {
  if (typeof by === 'object')
    return values.all.filter((value) => ('atLeast' in by ? value >= by.atLeast : value < by.below)).length;
  switch (by) {
    case 'mean':
      return values.sum / values.count;
    case 'per_minute':
      return values.sum / minutes;
    case 'p5':
      return values.quantile(0.05);
    case 'p95':
      return values.quantile(0.95);
    default:
      return values[by];
  }
}

/** Points of a list have a moment of their own in their hour, ms; the tasks take another one, which changes nothing here. */
function momentOf(id: string): number {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1)
    hash = (Math.imul(hash, 31) + id.charCodeAt(index)) >>> 0;
  return hash % LENGTH['1h'];
}

/** The raw fields of a sample. */
export type Sample = Readonly<Record<string, number | undefined>>;

/** Where the samples of one raw series go. */
export type Sink = (sample: Sample) => void;

/**
 * Makes the rollups from samples as they are made up, by the recipes of the tasks. InfluxDB needs seconds for each five minutes
 * of a busy day, so hours for a month; its own sums of some windows are compared with these instead.
 */
export class RollupSums {
  readonly #families: readonly FamilySums[];

  constructor() {
    this.#families = (Object.keys(ROLLUPS) as Rollup[]).map((rollup) => new FamilySums(rollup));
  }

  /** @returns where the samples of a series go, by all families that are made from its measurement */
  sink(measurement: string, tags: TagValues): Sink {
    const targets = this.#families
      .filter(({ rollup }) => ROLLUPS[rollup].from === measurement)
      .map((family) => ({ family, key: family.key(tags) }));
    return (sample) => {
      for (const { family, key } of targets)
        family.add(
          key,
          family.fields.map((field) => sample[field]),
        );
    };
  }

  *ended(at: number): Generator<string> {
    for (const family of this.#families) yield* family.ended(at);
  }

  *rest(at: number): Generator<string> {
    for (const family of this.#families) yield* family.rest(at);
  }
}
