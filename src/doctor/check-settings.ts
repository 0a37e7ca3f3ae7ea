import { pickSettings } from '../settings/read-environment.js';
import type { Check } from './check.js';
import { type Finding, fault, ok } from './finding.js';
import { judgeSecrets } from './judge-secrets.js';

/** Whether the settings can be used, and whether the secrets look like what they should be. */
export const checkSettings: Check = {
  name: 'settings',
  title: 'Settings',
  limitMs: 5_000,
  *run({ env, reading }): Iterable<Finding> {
    for (const { name, problem, fix } of reading.faults) yield fault(`${name}: ${problem}`, fix);
    if (reading.faults.length === 0) {
      const { length } = Object.keys(pickSettings(env).values);
      yield ok(
        `${length} ${length === 1 ? 'is' : 'are'} given and can be used; the others are at their defaults`,
      );
    }
    yield* judgeSecrets(env, reading.settings);
  },
};
