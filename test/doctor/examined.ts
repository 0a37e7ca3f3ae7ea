import { CHECKS, type Examination, examine } from '../../src/doctor/examine.js';
import type { Level } from '../../src/doctor/finding.js';
import { type Section, sectionLines } from '../../src/doctor/report.js';
import { readUsableSettings } from '../../src/doctor/usable-settings.js';
import type { RawEnvironment } from '../../src/settings/read-environment.js';

/** What the doctor says. */
export type Examined = {
  readonly sections: readonly Section[];
  /** As the administrator reads it. */
  readonly text: string;
  /** Marks and lines of what has this level, each with its fix behind it. */
  lines(level: Level): readonly string[];
  /** Both of what is wrong or worth a look. */
  readonly complaints: readonly string[];
};

/** Runs some of the checks with these settings; all of them unless they are named. */
export async function examined(
  env: RawEnvironment,
  names: readonly string[] = CHECKS.map(({ name }) => name),
  examination: Partial<Examination> = {},
): Promise<Examined> {
  const reading = readUsableSettings(env, '/nowhere');
  const checks = CHECKS.filter(({ name }) => names.includes(name));
  const sections = await examine({ reading, ...examination }, undefined, checks);
  const lines = (level: Level) =>
    sections
      .flatMap(({ findings }) => findings)
      .filter((finding) => finding.level === level)
      .map(({ what, fix }) => (fix === undefined ? what : `${what} -> ${fix}`));
  return {
    sections,
    text: sections.flatMap((section) => sectionLines(section, false)).join('\n'),
    lines,
    complaints: [
      ...lines('fault').map((line) => `✗ ${line}`),
      ...lines('warning').map((line) => `! ${line}`),
    ],
  };
}
