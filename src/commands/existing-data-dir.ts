import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../settings/faults.js';

/** @throws {SettingsError} where no bridge has worked on the data folder yet */
export function requireSpool(dataDir: string): void {
  if (existsSync(join(dataDir, 'spool'))) return;
  throw new SettingsError([
    {
      name: 'DATA_DIR',
      problem: `no bridge has worked on ${dataDir} yet`,
      fix: 'set DATA_DIR to the data folder of the bridge, or run this in the folder that the bridge runs in',
    },
  ]);
}
