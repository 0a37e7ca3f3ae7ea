/** How two dumps differ, value by value; each list holds what a dump of a bucket holds. */
export type Difference = {
  /** Values that should be there and are not. */
  readonly missing: readonly string[];
  /** Values that are there and should not be. */
  readonly extra: readonly string[];
  /** Values that are there with another content. */
  readonly different: readonly { readonly expected: string; readonly found: string }[];
};

/** Compares what a bucket holds with what it should hold. Both are dumps: one JSON text for each value of each point. */
export function compareDumps(expected: readonly string[], found: readonly string[]): Difference {
  const expectedByPlace = byPlace(expected);
  const foundByPlace = byPlace(found);
  const missing: string[] = [];
  const different: { expected: string; found: string }[] = [];
  for (const [place, row] of expectedByPlace) {
    const other = foundByPlace.get(place);
    if (other === undefined) missing.push(row);
    else if (other !== row) different.push({ expected: row, found: other });
  }
  const extra = [...foundByPlace].filter(([place]) => !expectedByPlace.has(place)).map(([, row]) => row);
  return { missing, extra, different };
}

/** Rows by what identifies a value: everything but the value itself. */
function byPlace(rows: readonly string[]): Map<string, string> {
  return new Map(
    rows.map((row) => {
      const { _value, ...place } = JSON.parse(row) as Record<string, unknown>;
      return [JSON.stringify(place), row];
    }),
  );
}
