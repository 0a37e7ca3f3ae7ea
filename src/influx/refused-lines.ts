import type { BatchLine } from './line-batch.js';

/**
 * Finds the lines that a partial write did not store. InfluxDB tells how many and why, but not which. Beyond the retention those
 * are the oldest; in a conflict of types those of the named measurement that have the named field. Where that does not settle it
 * every line that may be meant is taken: writing a stored line once more changes nothing.
 */
export function findRefused(
  lines: readonly BatchLine[],
  dropped: number,
  message: string,
): readonly BatchLine[] {
  if (/retention polic/i.test(message)) return [...lines].sort((a, b) => a.time - b.time).slice(0, dropped);
  const conflict = /input field \\?"([^"\\]+)\\?" on measurement \\?"([^"\\]+)\\?"/.exec(message);
  if (conflict === null) return lines;
  const [, field = '', measurement = ''] = conflict;
  const meant = lines.filter(({ text }) => text.startsWith(`${measurement},`) && hasField(text, field));
  return meant.length >= dropped ? meant : lines;
}

function hasField(text: string, field: string): boolean {
  return text.includes(` ${field}=`) || text.includes(`,${field}=`);
}
