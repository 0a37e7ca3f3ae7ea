import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { readSites, SitesError } from '../points/sites.js';
import { readSecureContext } from '../receiver/certificate.js';
import { fixFor, type SettingFault, SettingsError } from '../settings/faults.js';
import type { Settings } from '../settings/settings.js';

/** @throws {SettingsError} where what lies in the files that the settings name can't be used */
export function checkFiles(settings: Settings): void {
  const faults = [siteFault(settings), certificateFault(settings)].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new SettingsError(faults);
}

function siteFault({ points }: Settings): SettingFault | undefined {
  if (points.sitesFile === undefined) return undefined;
  try {
    readSites(readFileSync(points.sitesFile, 'utf8'));
    return undefined;
  } catch (error) {
    if (!(error instanceof SitesError)) throw error;
    return { name: 'SITES_FILE', problem: error.message, fix: fixFor('SITES_FILE') };
  }
}

function certificateFault({ webhook }: Settings): SettingFault | undefined {
  if (webhook.tls === undefined) return undefined;
  try {
    createSecureContext(readSecureContext(webhook.tls));
    return undefined;
  } catch (error) {
    const { certFile, keyFile } = webhook.tls;
    const cause = error instanceof Error ? error.message : String(error);
    const problem = `${certFile} and the key ${keyFile} can't be used: ${cause}`;
    return { name: 'TLS_CERT_FILE', problem, fix: fixFor('TLS_CERT_FILE') };
  }
}
