/**
 * The step that computes columns of each row. Written as a block: Flux works on whole columns at a time where a function is one
 * expression, and in version 0.19x that makes nulls or fails where a condition has constants in it.
 *
 * @param columns the new columns and their Flux expressions of the row `r`
 * @param kept all columns of the row, or those of these names alone
 */
export function computed(
  columns: Readonly<Record<string, string>>,
  kept: 'all' | readonly string[] = 'all',
): string {
  const names = Object.keys(columns);
  const definitions = names.map((name) => `    new_${name} = ${columns[name]}`);
  const fresh = names.map((name) => `${name}: new_${name}`);
  const record =
    kept === 'all'
      ? `{r with ${fresh.join(', ')}}`
      : `{${[...kept.map((name) => `${name}: r.${name}`), ...fresh].join(', ')}}`;
  return ['map(', '  fn: (r) => {', ...definitions, '', `    return ${record}`, '  },', ')'].join('\n  ');
}

/** A share in percent, 0 where there is nothing to divide by. */
export function percentOf(part: string, whole: string): string {
  return `if ${whole} > 0.0 then 100.0 * ${part} / ${whole} else 0.0`;
}

/** A quotient, null where there is nothing to divide by. Needs the import `internal/debug`. */
export function quotient(part: string, whole: string): string {
  return `if ${whole} > 0.0 then ${part} / ${whole} else debug.null(type: "float")`;
}
