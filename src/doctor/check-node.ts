import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../version.js';
import type { Check } from './check.js';
import { type Finding, fault, ok } from './finding.js';

/** Whether this Node.js is new enough. */
export const checkNode: Check = {
  name: 'node',
  title: 'Node.js',
  limitMs: 5_000,
  *run({ nodeVersion }): Iterable<Finding> {
    const needed = neededVersion();
    yield isOlder(nodeVersion, needed)
      ? fault(
          `version ${nodeVersion} is too old: ${needed} or newer is needed`,
          'install the current long-term version from https://nodejs.org/, and start the bridge with it',
        )
      : ok(`version ${nodeVersion}`);
  },
};

/** The lowest version that package.json allows. */
function neededVersion(): string {
  const text = readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8');
  return /"node":\s*">=\s*([\d.]+)"/.exec(text)?.[1] ?? '20.19';
}

function isOlder(version: string, needed: string): boolean {
  const numbers = (text: string) => text.replace(/^v/, '').split('.').map(Number);
  const [major = 0, minor = 0] = numbers(version);
  const [neededMajor = 0, neededMinor = 0] = numbers(needed);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}
