/** What is known under each name, and since when: pairs of time (ms) and value, oldest first. Plain data, fit to be stored. */
export type Timed = Readonly<Record<string, readonly (readonly [since: number, value: string])[]>>;

/** What is known of somebody of whom nothing was told yet: always the same object, so that nothing is worked out again for it. */
export const NOTHING_KNOWN: Timed = {};

/** How many changes are remembered for each name. */
const MAX_CHANGES = 16;

/**
 * Adds what was told at a moment. The result is the same whatever the order in which moments are told: each value keeps its
 * time, and of two values for one moment the greater in code units stays.
 */
export function fold(timed: Timed, at: number, values: Readonly<Record<string, string | undefined>>): Timed {
  let next: Record<string, readonly (readonly [number, string])[]> | undefined;
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const changes = timed[name] ?? [];
    const added = insert(changes, at, value);
    if (added === changes) continue;
    next ??= { ...timed };
    next[name] = added;
  }
  return next ?? timed;
}

function insert(changes: Timed[string], at: number, value: string): Timed[string] {
  const later = changes.findIndex(([since]) => since >= at);
  const index = later === -1 ? changes.length : later;
  const existing = changes[index];
  const same = existing?.[0] === at;
  if (same && existing[1] >= value) return changes;
  const next = [...changes.slice(0, index), [at, value] as const, ...changes.slice(same ? index + 1 : index)];
  return next.length > MAX_CHANGES ? next.slice(-MAX_CHANGES) : next;
}

/** The value that held at a moment; before the first one known, the first. */
export function valueAt(timed: Timed, name: string, at: number): string | undefined {
  const changes = timed[name];
  if (changes === undefined) return undefined;
  let place = 0;
  while (at >= (changes[place + 1]?.[0] ?? Number.POSITIVE_INFINITY)) place += 1;
  return changes[place]?.[1];
}

/** All values that held at a moment. */
export function valuesAt(timed: Timed, at: number): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(timed)) {
    const value = valueAt(timed, name, at);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The stretch of time around a moment, from one change to the next, in which nothing that is known changes. */
export function stretchAt(timed: Timed, at: number): { readonly from: number; readonly until: number } {
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  for (const changes of Object.values(timed)) {
    for (const [since] of changes) {
      if (since <= at) from = Math.max(from, since);
      else until = Math.min(until, since);
    }
  }
  return { from, until };
}
