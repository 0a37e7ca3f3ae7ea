import type { FieldOf, Measurement, TagOf } from './names.js';
import { chosen, indented, literal, literals } from './text.js';

/** What a tag's value has to be. */
export type Match =
  | { readonly is: string }
  | { readonly isNot: string }
  | { readonly in: readonly string[] }
  /** The values chosen in a variable of Grafana. */
  | { readonly chosenIn: string };

/** Conditions on tags, by name. */
export type Where<Tag extends string> = { readonly [T in Tag]?: Match };

/** Functions that make one value of many without a parameter. */
export type Aggregate = 'count' | 'first' | 'last' | 'max' | 'mean' | 'min' | 'sum';

/** A stream of tables in Flux; `Tag` are the names that it may be filtered and grouped by. */
export class Stream<Tag extends string> {
  readonly #lines: readonly string[];
  /** Definitions that have to stand before a query that uses this stream. */
  readonly definitions: readonly string[];

  constructor(lines: readonly string[], definitions: readonly string[] = []) {
    this.#lines = lines;
    this.definitions = definitions;
  }

  /** @param bucket a Flux expression */
  static from<Tag extends string>(
    bucket: string,
    measurement: string,
    fields: readonly string[],
    range: Range = DASHBOARD_RANGE,
  ): Stream<Tag> {
    const ofField = fields.map((field) => `r._field == ${literal(field)}`).join(' or ');
    const ofMeasurement = `r._measurement == ${measurement}`;
    return new Stream([
      `from(bucket: ${bucket})`,
      `  |> range(start: ${range.start}, stop: ${range.stop})`,
      `  |> filter(fn: (r) => ${ofMeasurement} and ${fields.length > 1 ? `(${ofField})` : ofField})`,
    ]);
  }

  where(conditions: Where<Tag>): Stream<Tag> {
    const lines = Object.entries<Match | undefined>(conditions).flatMap(([tag, match]) =>
      match === undefined ? [] : [`filter(fn: (r) => ${condition(tag, match)})`],
    );
    return this.pipe(...lines);
  }

  /** Groups by these tags; the field's name (`_field`) where wanted. */
  group(...columns: readonly (Tag | '_field')[]): Stream<Tag> {
    return this.pipe(columns.length === 0 ? 'group()' : `group(columns: ${literals(columns)})`);
  }

  aggregate(fn: Aggregate): Stream<Tag> {
    return this.pipe(`${fn}()`);
  }

  /** One value per window, stamped with the window's start. */
  window(fn: Aggregate, every = 'every'): Stream<Tag> {
    return this.pipe(`aggregateWindow(every: ${every}, fn: ${fn}, createEmpty: false, timeSrc: "_start")`);
  }

  /** Any other step, in Flux, without the pipe. */
  pipe(...steps: readonly string[]): Stream<Tag> {
    return new Stream([...this.#lines, ...steps.map((step) => `  |> ${step}`)], this.definitions);
  }

  /** The same, behind further definitions; each of them stands once. */
  defining(...definitions: readonly string[]): Stream<Tag> {
    return new Stream(this.#lines, [...new Set([...definitions, ...this.definitions])]);
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}

/** Flux expressions of two times. */
export type Range = { readonly start: string; readonly stop: string };

export const DASHBOARD_RANGE: Range = { start: 'v.timeRangeStart', stop: 'v.timeRangeStop' };

/** Fields of a measurement of the raw bucket. */
export function raw<M extends Measurement>(
  measurement: M,
  fields: FieldOf<M> | readonly FieldOf<M>[],
  range?: Range,
): Stream<TagOf<M>> {
  const names = typeof fields === 'string' ? [fields] : fields;
  return Stream.from<TagOf<M>>('v.defaultBucket', literal(measurement), names, range);
}

/** Some streams as one, in Flux. */
export function union(streams: readonly (Stream<string> | string)[]): string {
  const [only] = streams;
  // Flux has a union of two and more alone.
  if (only !== undefined && streams.length === 1) return String(only);
  const tables = streams.map((stream) => `${indented(String(stream), '    ')},`).join('\n');
  return `union(\n  tables: [\n${tables}\n  ],\n)`;
}

/** The Flux expression of a condition on the row `r`. */
export function condition(tag: string, match: Match): string {
  if ('is' in match) return `r.${tag} == ${literal(match.is)}`;
  if ('isNot' in match) return `r.${tag} != ${literal(match.isNot)}`;
  if ('chosenIn' in match) return `r.${tag} =~ ${chosen(match.chosenIn)}`;
  return `(${match.in.map((value) => `r.${tag} == ${literal(value)}`).join(' or ')})`;
}
