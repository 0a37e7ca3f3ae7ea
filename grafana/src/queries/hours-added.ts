import { computed } from '../flux/computed.js';
import type { Stream } from '../flux/stream.js';
import { indented, literal, literals } from '../flux/text.js';

/** What {@link hoursAdded} adds up. */
export type HoursAdded = {
  /** Rows of an hourly list, pivoted. All have `samples`. */
  readonly hours: Stream<string>;
  /** The column with the id of the meeting (call). */
  readonly id: string;
  /** Columns that are added up, `samples` among them; where one is absent it counts as 0. */
  readonly sums: readonly string[];
  /** Columns with numbers of which the highest is told. */
  readonly highest: string;
  /** Columns with texts, the same in all hours of an id. */
  readonly texts?: readonly string[];
};

/**
 * A row for each id of an hourly list, in one table, with the sums over its hours. A table for each id would be the usual way, and
 * takes Flux a tenth of a millisecond of each of a month's twenty thousand meetings. So hours are put in the order of their ids and
 * summed up from the first to the last; what the sum grows by from the end of one id to that of the next is the sum of that id.
 * Needs the import `array`.
 */
export function hoursAdded({ hours, id, sums, highest, texts = [] }: HoursAdded): string {
  const nothing = [
    ...[id, ...texts].map((text) => `${text}: ""`),
    ...[highest, ...sums].map((number) => `${number}: 0.0`),
  ];
  const kept = [id, ...texts, highest];
  return [
    'union(',
    '  tables: [',
    // Before all others: what the first id is told from. In a group of its own: of two tables of one group that come from different
    // sides at the same moment, union() of Flux 0.19x now and then loses one.
    `    array.from(rows: [{${nothing.join(', ')}}]) |> group(columns: ${literals([id])}),`,
    `${indented(String(hours.pipe('group()', `keep(columns: ${literals([...kept, ...sums])})`)), '    ')},`,
    '  ],',
    ')',
    '  |> group()',
    // By rows: fill() of Flux 0.19x now and then loses one where a table is made of others.
    `  |> ${computed(Object.fromEntries(sums.map((sum) => [sum, `if exists r.${sum} then r.${sum} else 0.0`])), kept)}`,
    `  |> sort(columns: ${literals([id, highest])})`,
    `  |> cumulativeSum(columns: ${literals(sums)})`,
    '  |> sort(columns: ["samples"], desc: true)',
    `  |> unique(column: ${literal(id)})`,
    '  |> sort(columns: ["samples"])',
    `  |> difference(columns: ${literals(sums)})`,
  ].join('\n');
}
