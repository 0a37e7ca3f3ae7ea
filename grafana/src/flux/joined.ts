import { indented } from './text.js';

/** What {@link leftJoined} joins. */
export type Joining = {
  /** What the result is called. */
  readonly name: string;
  /** Names of two streams, each of one table. */
  readonly left: string;
  readonly right: string;
  readonly on: readonly (readonly [left: string, right: string])[];
  /** Columns taken from the right, with the Flux value they have where there is nothing to join. */
  readonly columns: Readonly<Record<string, string>>;
  /** A Flux condition: the left is empty. The right must have a row, of nobody if need be. */
  readonly unless: string;
};

/**
 * Definitions of rows with columns of other rows beside them. Flux refuses to join what is empty, and an empty meeting or a quiet
 * night is no error, so that is looked at first. Needs the import `join`.
 */
export function leftJoined({ name, left, right, on, columns, unless }: Joining): string {
  const condition = on.map(([mine, theirs]) => `l.${mine} == r.${theirs}`).join(' and ');
  const taken = Object.keys(columns).map((column) => `${column}: r.${column}`);
  const absent = Object.entries(columns).map(([column, value]) => `${column}: ${value}`);
  const join = [
    'join.left(',
    `  left: ${left},`,
    `  right: ${right},`,
    `  on: (l, r) => ${condition},`,
    `  as: (l, r) => ({l with ${taken.join(', ')}}),`,
    ')',
  ].join('\n');
  return [
    `${name}_joined = () =>\n${indented(join)}`,
    `${name} =`,
    `  if ${unless} then`,
    `    ${left} |> map(fn: (r) => ({r with ${absent.join(', ')}}))`,
    '  else',
    `    ${name}_joined()`,
  ].join('\n');
}

/** The first text of these that is there and not empty, as a Flux expression of the row `r`. */
export function firstText(...columns: readonly string[]): string {
  const [last = '', ...before] = [...columns].reverse();
  return before.reduce(
    (rest, column) => `if exists r.${column} and r.${column} != "" then r.${column} else ${rest}`,
    `r.${last}`,
  );
}

/** Definition of a regular expression that fits the values of a column: looked up in the index, unlike a list. */
export function anyOf(name: string, stream: string, column: string): string {
  return [
    `${name}_values =`,
    `  ${stream}`,
    `    |> map(fn: (r) => ({_value: regexp.quoteMeta(v: r.${column})}))`,
    '    |> distinct()',
    '    |> findColumn(fn: (key) => true, column: "_value")',
    `${name} = regexp.compile(v: "^(" + strings.joinStr(arr: ${name}_values, v: "|") + ")$")`,
  ].join('\n');
}
