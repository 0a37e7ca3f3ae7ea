import { VERSION } from '../version.js';
import type { Finding, Level } from './finding.js';

/** What one check found. */
export type Section = {
  readonly name: string;
  readonly title: string;
  readonly findings: readonly Finding[];
};

const MARKS: Record<Level, string> = { ok: '✓', warning: '!', fault: '✗', skipped: '-' };
const COLOURS: Record<Level, number> = { ok: 32, warning: 33, fault: 31, skipped: 90 };

/** The lines that an administrator reads: a heading, then a line a finding with its fix below. */
export function sectionLines({ title, findings }: Section, coloured: boolean): string[] {
  const paint = (code: number, text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  return [
    paint(1, title),
    ...findings.flatMap(({ level, what, fix }) => [
      `  ${paint(COLOURS[level], MARKS[level])} ${oneLine(what)}`,
      ...(fix === undefined ? [] : [`      ${level === 'skipped' ? 'how' : 'fix'}: ${oneLine(fix)}`]),
    ]),
    '',
  ];
}

/** How it all stands, in one line. */
export function summaryLine(sections: readonly Section[]): string {
  const { fault, warning, ok, skipped } = countLevels(sections);
  const parts = [
    fault === 0 ? 'no fault' : plural(fault, 'fault'),
    ...(warning === 0 ? [] : [plural(warning, 'warning')]),
    `${ok} in order`,
    ...(skipped === 0 ? [] : [`${skipped} not checked`]),
  ];
  return `${parts.join(', ')}.`;
}

/** The same for programs. */
export function reportJson(sections: readonly Section[], exitCode: number): string {
  const checks = sections.map(({ name, findings }) => ({ name, findings }));
  return JSON.stringify(
    { version: VERSION, exit_code: exitCode, counts: countLevels(sections), checks },
    null,
    2,
  );
}

/** How many findings of each level there are. */
export function countLevels(sections: readonly Section[]): Record<Level, number> {
  const counts: Record<Level, number> = { ok: 0, warning: 0, fault: 0, skipped: 0 };
  for (const { level } of sections.flatMap(({ findings }) => findings)) counts[level] += 1;
  return counts;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** What servers say goes into these lines: neither line breaks nor control characters may. */
function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
