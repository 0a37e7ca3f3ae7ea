/** White space and one pair of quotes around a value are slips of the pen, so they are taken off. */
export function trimValue(value: string): string {
  const trimmed = value.trim();
  // A list of quoted values begins and ends with quotes that are no pair.
  const quoted = /^(["'])((?:(?!\1).)*)\1$/s.exec(trimmed);
  return (quoted?.[2] ?? trimmed).trim();
}
