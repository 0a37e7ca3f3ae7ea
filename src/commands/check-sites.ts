import { readFileSync } from 'node:fs';
import { readSites, SitesError } from '../points/sites.js';
import { fixFor, SettingsError } from '../settings/faults.js';
import type { Settings } from '../settings/settings.js';

/** @throws {SettingsError} where the site list can't be used */
export function checkSites({ points }: Settings): void {
  if (points.sitesFile === undefined) return;
  try {
    readSites(readFileSync(points.sitesFile, 'utf8'));
  } catch (error) {
    if (!(error instanceof SitesError)) throw error;
    throw new SettingsError([{ name: 'SITES_FILE', problem: error.message, fix: fixFor('SITES_FILE') }]);
  }
}
