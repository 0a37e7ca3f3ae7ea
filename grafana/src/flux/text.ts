import { fluxString } from '../../../src/rollups/flux-text.js';

/**
 * A Flux string literal. The interpolation of Flux (`${`) is switched off; that of Grafana is done before Flux sees the text, so
 * nothing that starts like a variable of Grafana may be in here either.
 *
 * @throws {TypeError} for a text with `$`, which Grafana could take for a variable
 */
export function literal(text: string): string {
  if (text.includes('$')) throw new TypeError(`Grafana would look for a variable in ${JSON.stringify(text)}`);
  return fluxString(text);
}

/** A Flux list of string literals. */
export function literals(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** An anchored regular expression that fits the chosen values of a variable of Grafana: one, many or all. */
export function chosen(variable: string): string {
  return `/^\${${variable}:regex}$/`;
}

/** A regular expression that fits what holds the text that somebody typed, in any case. */
export function typed(variable: string): string {
  return `/(?i)\${${variable}:regex}/`;
}

/** Moves every line to the right. */
export function indented(text: string, by = '  '): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n');
}
