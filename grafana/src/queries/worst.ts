import { queryByRange } from '../flux/measures.js';
import type { Stream } from '../flux/stream.js';
import { indented, literal, literals } from '../flux/text.js';

/** Fewer minutes than these say nothing: a single bad one would be 100 %. */
export const ENOUGH_SAMPLES = 30;

/** The rows with the highest value of a column on top, of those with samples enough. */
export function worst(rows: Stream<string>, column: string, count: number): string {
  return first(rows, column, count, ', desc: true');
}

/** The rows with the lowest value of a column on top, of those with samples enough. */
export function lowest(rows: Stream<string>, column: string, count: number): string {
  return first(rows, column, count, '');
}

function first(rows: Stream<string>, column: string, count: number, order: string): string {
  return queryByRange(
    rows.pipe(
      `filter(fn: (r) => exists r.${column} and r.samples >= ${ENOUGH_SAMPLES}.0)`,
      'group()',
      `sort(columns: ${literals([column])}${order})`,
      `limit(n: ${count})`,
    ),
  );
}

/** A column of rows over time, as the value that Grafana draws: one line for each set of the other columns. */
export function drawn(rows: Stream<string>, column: string, kept: readonly string[] = []): Stream<string> {
  return rows.pipe(
    `filter(fn: (r) => exists r.${column})`,
    `rename(columns: {${column}: "_value"})`,
    `keep(columns: ${literals(['_time', '_value', ...kept])})`,
  );
}

/** The query of {@link drawn}. */
export function drawing(rows: Stream<string>, column: string, kept?: readonly string[]): string {
  return queryByRange(drawn(rows, column, kept));
}

/**
 * A column over time for the few values of a tag that are worst in the whole range; what is drawn is limited on purpose, and
 * rankings beside it tell all.
 */
export function drawnWorst(
  ranking: Stream<string>,
  overTime: Stream<string>,
  tag: string,
  column: string,
  count: number,
): string {
  const shown = ranking.pipe(
    `filter(fn: (r) => exists r.${column})`,
    'group()',
    `sort(columns: ${literals([column])}, desc: true)`,
    `limit(n: ${count})`,
    `findColumn(fn: (key) => true, column: ${literal(tag)})`,
  );
  const names = `shown =\n${indented(String(shown))}`;
  const lines = drawn(overTime, column, [tag]).pipe(
    `filter(fn: (r) => contains(value: r.${tag}, set: shown))`,
  );
  return queryByRange(lines.defining(...ranking.definitions, names));
}
