/** How a replay has gone so far. `read` is always the sum of the others. */
export type Summary = {
  read: number;
  taken: number;
  /** Outside of `--from` and `--to`. */
  skipped: number;
  validations: number;
  unreadable: number;
};

export function newSummary(): Summary {
  return { read: 0, taken: 0, skipped: 0, validations: 0, unreadable: 0 };
}

/** A row of the table at the end: what, how many, and a word about it. */
export type Row = readonly [what: string, count: number, remark?: string];

/** The rows of a summary; of what there was none only the main ones are shown. */
export function summaryRows({ read, taken, skipped, validations, unreadable }: Summary): Row[] {
  const rows: Row[] = [
    ['read', read],
    ['taken', taken],
    ['skipped by time', skipped],
  ];
  if (validations > 0) rows.push(['passed over', validations, 'URL validations, which are never stored']);
  return [...rows, ['unreadable', unreadable]];
}

/** Lines up rows: numbers end at the same column. */
export function tableLines(rows: readonly Row[]): string[] {
  const texts = rows.map(([, count]) => count.toLocaleString('en'));
  const nameWidth = Math.max(...rows.map(([what]) => what.length));
  const countWidth = Math.max(...texts.map((text) => text.length));
  return rows.map(([what, , remark], index) =>
    `${what.padEnd(nameWidth)}  ${(texts[index] ?? '').padStart(countWidth)}${remark === undefined ? '' : `  ${remark}`}`.trimEnd(),
  );
}
