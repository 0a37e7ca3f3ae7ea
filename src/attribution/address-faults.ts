import type { AddressFinders } from '../points/attribution.js';
import { fixFor, type SettingFault, SettingsError } from '../settings/faults.js';
import type { Settings } from '../settings/settings.js';
import { ADDRESS_SOURCES, loadAddressFile } from './address-source.js';

/** What the files that the settings name tell of addresses, and what is wrong with them. */
export function tryAddressFiles(points: Settings['points']): {
  readonly finders: AddressFinders;
  readonly faults: readonly SettingFault[];
} {
  let finders: AddressFinders = {};
  const faults: SettingFault[] = [];
  for (const source of ADDRESS_SOURCES) {
    const file = source.fileOf(points);
    if (file === undefined) continue;
    try {
      finders = { ...finders, [source.finder]: loadAddressFile(source, file) };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      faults.push({ name: source.setting, problem: `${file}: ${cause}`, fix: fixFor(source.setting) });
    }
  }
  return { finders, faults };
}

/**
 * Reads the files once.
 *
 * @throws {SettingsError} naming every one that can't be used
 */
export function readAddressFiles(points: Settings['points']): AddressFinders {
  const { finders, faults } = tryAddressFiles(points);
  if (faults.length > 0) throw new SettingsError(faults);
  return finders;
}
