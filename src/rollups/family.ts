import { ROLLUPS, type Rollup, type RollupDefinition } from '../points/rollup-schema.js';
import { fluxFloat } from './flux-text.js';
import { type Aggregate, RECIPES, type Recipe } from './recipes.js';

/** A way to sum up, and the raw fields for which it is wanted under a name. */
export type Sum = {
  /** The Flux for it. */
  readonly flux: string;
  /** Raw fields, by the name of what they become: a sum is also what is told per minute. */
  readonly wanted: ReadonlyMap<string, readonly string[]>;
};

/** Raw fields that are read together, and how they are summed up. */
export type Share = {
  readonly name: 'spread' | 'totals';
  readonly fields: readonly string[];
  readonly sums: readonly Sum[];
};

/** A family of rollups as its Flux needs it. */
export type Family = {
  readonly rollup: Rollup;
  readonly definition: RollupDefinition;
  /** Raw tags that points are grouped by: the family's, and the id of a list. */
  readonly groupedBy: readonly string[];
  /** The field that holds the id of a list as a text, and the raw tag with it. */
  readonly list: { readonly field: string; readonly tag: string } | undefined;
  readonly distinct: { readonly of: string; readonly tags: readonly string[] } | undefined;
  readonly shares: readonly Share[];
  /** Names of fields by raw field and sum. */
  readonly names: ReadonlyMap<string, string>;
};

/** What {@link Family.names} and {@link Sum.wanted} call a sum divided by the minutes of its window. */
export const PER_MINUTE = 'per_minute';

type SimpleRecipe = { readonly of: string; readonly by: Aggregate };

/** Sums up what is known of a family. */
export function describeFamily(rollup: Rollup): Family {
  const definition: RollupDefinition = ROLLUPS[rollup];
  const simple: SimpleRecipe[] = [];
  const names = new Map<string, string>();
  let list: Family['list'];
  let distinct: Family['distinct'];
  for (const [field, recipe] of Object.entries(RECIPES[rollup]) as [string, Recipe][]) {
    if ('textOf' in recipe) list = { field, tag: recipe.textOf };
    else if ('distinct' in recipe) {
      distinct = { of: recipe.of, tags: recipe.distinct };
      names.set(`${recipe.of} distinct`, field);
    } else {
      simple.push(recipe);
      names.set(`${recipe.of} ${sumName(recipe.by)}`, field);
    }
  }
  const groupedBy = list === undefined ? definition.tags : [...definition.tags, list.tag];
  return { rollup, definition, groupedBy, list, distinct, shares: sharesOf(simple), names };
}

const ORDERED: readonly Aggregate[] = ['p5', 'p95', 'min', 'max'];

/**
 * Every sum is formed of every field that is read with it, wanted or not. So fields with percentiles are read apart from the others,
 * which costs one more look into the index and saves a third of the sums.
 */
function sharesOf(recipes: readonly SimpleRecipe[]): readonly Share[] {
  const ordered = new Set(recipes.filter(({ by }) => ORDERED.includes(by)).map(({ of }) => of));
  const percentiles = recipes.filter(({ by }) => by === 'p95').length;
  const apart = percentiles > 2;
  const spread = recipes.filter(({ of }) => apart && ordered.has(of));
  const totals = recipes.filter(({ of }) => !apart || !ordered.has(of));
  return [
    ...(spread.length > 0 ? [shareOf('spread', spread)] : []),
    ...(totals.length > 0 ? [shareOf('totals', totals)] : []),
  ];
}

function shareOf(name: Share['name'], recipes: readonly SimpleRecipe[]): Share {
  const sums = new Map<string, Map<string, string[]>>();
  for (const { of, by } of recipes) {
    const flux = sumFlux(by);
    const wanted = sums.get(flux) ?? new Map<string, string[]>();
    sums.set(flux, wanted);
    wanted.set(sumName(by), [...(wanted.get(sumName(by)) ?? []), of]);
  }
  return {
    name,
    fields: [...new Set(recipes.map(({ of }) => of))],
    sums: [...sums].map(([flux, wanted]) => ({ flux, wanted })),
  };
}

function sumName(by: Aggregate): string {
  if (typeof by === 'string') return by;
  return 'atLeast' in by ? 'at_least' : 'below';
}

function sumFlux(by: Aggregate): string {
  // Nought is told as such where there are samples but none of these.
  if (typeof by === 'object')
    return `filter(fn: (r) => r._value ${'atLeast' in by ? `>= ${fluxFloat(by.atLeast)}` : `< ${fluxFloat(by.below)}`}, onEmpty: "keep") |> count()`;
  switch (by) {
    case 'p5':
      return 'quantile(q: 0.05, method: "exact_mean")';
    case 'p95':
      return 'quantile(q: 0.95, method: "exact_mean")';
    case 'per_minute':
      return 'sum()';
    default:
      return `${by}()`;
  }
}
