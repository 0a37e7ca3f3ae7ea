import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { fixFor, type SettingFault, SettingsError } from './faults.js';
import { readLimited } from './read-limited.js';
import { environmentSchema, SECRET_NAMES } from './schema.js';
import { trimValue } from './trim-value.js';

/** Nobody has more settings than that. */
const MAX_DOT_ENV_BYTES = 1024 * 1024;

/** No secret is longer. */
const MAX_SECRET_BYTES = 64 * 1024;

/** Names and texts as the operating system gives them. */
export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/** Reads `.env` in a folder; no such file is no fault. What the environment has wins over the file. */
export function withDotEnv(env: RawEnvironment, folder: string): RawEnvironment {
  try {
    const text = readLimited(resolve(folder, '.env'), MAX_DOT_ENV_BYTES).toString('utf8');
    return { ...parseEnv(text), ...env };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT') return env;
    const fix = 'give the user that runs the bridge the right to read this file, or remove it';
    throw new SettingsError([{ name: '.env', problem: `can't be read: ${error.message}`, fix }]);
  }
}

/**
 * Picks the known settings out of an environment, trimmed, with each secret read from its `*_FILE` where that is given.
 * An empty value counts as not set.
 */
export function pickSettings(env: RawEnvironment): {
  values: Record<string, string>;
  faults: SettingFault[];
} {
  const values: Record<string, string> = {};
  const faults: SettingFault[] = [];
  for (const name of Object.keys(environmentSchema.schema)) {
    const value = trimValue(env[name] ?? '');
    if (value !== '') values[name] = value;
  }
  for (const name of SECRET_NAMES) {
    const file = trimValue(env[`${name}_FILE`] ?? '');
    if (file === '') continue;
    if (values[name] !== undefined) {
      faults.push({ name, problem: `both ${name} and ${name}_FILE are set`, fix: `keep one of the two` });
      continue;
    }
    const fault = (problem: string) => ({ name: `${name}_FILE`, problem, fix: fixFor(name) });
    try {
      const value = trimValue(readLimited(file, MAX_SECRET_BYTES).toString('utf8'));
      if (value === '') faults.push(fault(`the file ${file} is empty`));
      else values[name] = value;
    } catch (error) {
      faults.push(fault(`can't read ${file}: ${error instanceof Error ? error.message : String(error)}`));
    }
  }
  return { values, faults };
}
