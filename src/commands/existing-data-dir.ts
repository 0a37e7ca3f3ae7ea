import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../settings/faults.js';
import { requireSound } from '../spool/damaged-file.js';

/**
 * To be called before a command opens the spool.
 *
 * @throws {SettingsError} where no bridge has worked on the data folder yet
 * @throws {DamagedFileError} where the spool is damaged
 */
export function requireSpool(dataDir: string): void {
  if (!existsSync(join(dataDir, 'spool')))
    throw new SettingsError([
      {
        name: 'DATA_DIR',
        problem: `no bridge has worked on ${dataDir} yet`,
        fix: 'set DATA_DIR to the data folder of the bridge, or run this in the folder that the bridge runs in',
      },
    ]);
  requireSound(dataDir);
}
