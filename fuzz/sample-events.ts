import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount } from '../src/simulator/account.js';
import { PACKAGE_ROOT } from '../src/version.js';

/** How many events of the simulator's are taken beside those of the tests. */
const SIMULATED = 400;

/** Events that are right: those of the tests' fixtures, of every kind, and some minutes of a synthetic account. */
export function sampleEvents(): readonly unknown[] {
  const folder = join(PACKAGE_ROOT, 'test/fixtures');
  const fixtures = readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'sequence.json')
    .sort()
    .map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const account = createAccount({ seed: 1, participants: 40, meetings: 6, startTime: 1_760_000_000_000 });
  const simulated: unknown[] = [];
  for (const { event } of account.events()) {
    simulated.push(event);
    if (simulated.length === SIMULATED) break;
  }
  return [...fixtures, ...simulated];
}
