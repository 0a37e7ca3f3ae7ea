import { inspect } from 'node:util';

/** A value as it stands in a test's title: `null`, `NaN` and `'null'` differ. */
export function shown(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: 40 });
}
