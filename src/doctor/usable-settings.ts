import { type SettingFault, SettingsError } from '../settings/faults.js';
import { type RawEnvironment, withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import type { Settings } from '../settings/settings.js';

/** The settings, and what is wrong with them. */
export type SettingsReading = {
  /** With what `.env` adds, as far as that can be read. */
  readonly env: RawEnvironment;
  /** Faulty ones are at their defaults. */
  readonly settings: Settings;
  readonly faults: readonly SettingFault[];
  /** Names of the faulty ones, without `_FILE`. */
  readonly faulty: ReadonlySet<string>;
};

/** Faults of one of them show at the other. */
const TWINS: Record<string, string> = { TLS_CERT_FILE: 'TLS_KEY_FILE', TLS_KEY_FILE: 'TLS_CERT_FILE' };

/** Reads the settings as `serve` does, and where that fails as much of them as can be used. Never throws for their faults. */
export function readUsableSettings(env: RawEnvironment, folder: string): SettingsReading {
  const faults: SettingFault[] = [];
  const given = orFaults(() => withDotEnv(env, folder), faults) ?? env;
  const settings = orFaults(() => readSettings(given), faults) ?? readWithout(given, faults);
  return { env: given, settings, faults, faulty: new Set(faults.map(({ name }) => baseName(name))) };
}

function readWithout(env: RawEnvironment, faults: readonly SettingFault[]): Settings {
  const usable = { ...env };
  for (const { name } of faults) {
    const base = baseName(name);
    for (const drop of [base, `${base}_FILE`, TWINS[base] ?? base]) delete usable[drop];
  }
  return orFaults(() => readSettings(usable, { zoom: false }), []) ?? readSettings({}, { zoom: false });
}

function orFaults<T>(read: () => T, faults: SettingFault[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    faults.push(...error.faults);
    return undefined;
  }
}

/** `TLS_CERT_FILE`, `SITES_FILE` and others are names of their own. */
function baseName(name: string): string {
  return /^(ZOOM|WEBHOOK|INFLUX)_.*_FILE$/.test(name) ? name.slice(0, -'_FILE'.length) : name;
}
