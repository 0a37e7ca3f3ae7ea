import type { RangeName } from './ask.js';
import { type Measured, percentile } from './measure.js';

const SLOWEST = 15;

/** A table of Markdown: a line for each query, a column for each range, ms and rows. */
export function tableOf(measured: readonly Measured[], ranges: readonly RangeName[]): string[] {
  const rows = new Map<string, Map<RangeName, Measured>>();
  for (const one of measured) {
    const name = `| ${one.dashboard} | ${one.place}${one.kind === 'panel' ? '' : ` (${one.kind})`} |`;
    const row = rows.get(name) ?? new Map<RangeName, Measured>();
    // Panels with several queries ask them at the same time; two panels may have one title.
    const before = row.get(one.range);
    if (before === undefined || before.ms < one.ms) row.set(one.range, one);
    rows.set(name, row);
  }
  const lines = [...rows].map(
    ([name, row]) => `${name} ${ranges.map((range) => cell(row.get(range))).join(' | ')} |`,
  );
  return [
    `| dashboard | panel | ${ranges.map((range) => `${range}, ms (rows)`).join(' | ')} |`,
    `|---|---|${ranges.map(() => '---:').join('|')}|`,
    ...lines,
  ];
}

const cell = (measured: Measured | undefined) => {
  if (measured === undefined) return '';
  return measured.error === undefined ? `${Math.round(measured.ms)} (${measured.rows})` : 'failed';
};

/** Percentiles for each range. */
export function percentilesOf(measured: readonly Measured[], ranges: readonly RangeName[]): string[] {
  const lines = ranges.map((range) => {
    const own = measured.filter((one) => one.range === range);
    const over = own.filter(({ ms }) => ms > 2_000).length;
    const at = (share: number) => `${Math.round(percentile(measured, range, share))} ms`;
    return `| ${range} | ${own.length} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${over} |`;
  });
  return [
    '| range | queries | median | p95 | slowest | over 2 s |',
    '|---|---:|---:|---:|---:|---:|',
    ...lines,
  ];
}

/** The slowest, the worst first. */
export function slowest(measured: readonly Measured[]): string[] {
  return [...measured]
    .sort((left, right) => right.ms - left.ms)
    .slice(0, SLOWEST)
    .map(
      ({ dashboard, place, range, ms, cpuMs, rows, error }) =>
        `${String(Math.round(ms)).padStart(7)} ms (CPU ${cpuMs} ms)  ${range.padEnd(3)}  ${dashboard}: ${place} (${error ?? `${rows} rows`})`,
    );
}
