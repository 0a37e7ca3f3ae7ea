import { createSecureContext } from 'node:tls';
import { tryAddressFiles } from '../attribution/address-faults.js';
import { readSecureContext } from '../receiver/certificate.js';
import { fixFor, type SettingFault, SettingsError } from '../settings/faults.js';
import type { Settings } from '../settings/settings.js';

/** @throws {SettingsError} where what lies in the files that the settings name can't be used */
export function checkFiles(settings: Settings): void {
  const faults = [...tryAddressFiles(settings.points).faults];
  const certificate = certificateFault(settings);
  if (certificate !== undefined) faults.push(certificate);
  if (faults.length > 0) throw new SettingsError(faults);
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
