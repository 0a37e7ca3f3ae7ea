/** @returns the text as a string of Flux, whatever it holds. */
export function fluxString(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('${', '\\${')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

/** @returns a list of strings of Flux. */
export function fluxStrings(texts: readonly string[]): string {
  return `[${texts.map(fluxString).join(', ')}]`;
}

/** @returns the number as a float of Flux, which an integer is not. */
export function fluxFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
