/** The value in the middle, or between the two there; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const ordered = values.toSorted((one, other) => one - other);
  const middle = ordered.length / 2;
  const [left, right] = [ordered[Math.ceil(middle) - 1], ordered[Math.floor(middle)]];
  return left === undefined || right === undefined ? undefined : (left + right) / 2;
}
