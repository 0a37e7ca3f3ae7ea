/** The value in the middle, or halfway between the two there; NaN of none. */
export function median(values: readonly number[]): number {
  const ordered = values.toSorted((one, other) => one - other);
  const middle = (ordered.length - 1) / 2;
  const [left, right] = [ordered[Math.floor(middle)], ordered[Math.ceil(middle)]];
  return left === undefined || right === undefined ? Number.NaN : (left + right) / 2;
}
