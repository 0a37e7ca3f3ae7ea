import { homedir } from 'node:os';
import { join } from 'node:path';
import { findOnPath, isExecutable } from './executable.js';

/** The release that is built and that the container is made of. */
export const INFLUXD_VERSION = '2.8.0';

/** Where an InfluxDB server program was found. */
export interface FoundInfluxd {
  path: string;
  /** `INFLUXD`: named by the environment; `PATH`; `cache`: built earlier by this program. */
  source: 'INFLUXD' | 'PATH' | 'cache';
}

/** `INFLUXD` names something that can't be run. */
export class InfluxdNotExecutableError extends Error {
  readonly code = 'influxd_not_executable';

  constructor(readonly path: string) {
    super(`INFLUXD names ${path}, which is not a program that can be run; correct it or unset INFLUXD`);
    this.name = 'InfluxdNotExecutableError';
  }
}

/** @returns where the program that `buildInfluxd` makes is kept: in the user's cache folder. */
export function cachedInfluxdPath(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'qss-bridge', `influxd-${INFLUXD_VERSION}`, 'influxd');
}

/**
 * Looks for an InfluxDB 2 server program: in the variable `INFLUXD`, on the `PATH`, in the user's cache folder.
 *
 * @param options - the environment to look in
 * @returns the first one found, or undefined
 * @throws {@link InfluxdNotExecutableError} where `INFLUXD` is set to something else
 */
export async function findInfluxd(
  options: { env?: NodeJS.ProcessEnv } = {},
): Promise<FoundInfluxd | undefined> {
  const env = options.env ?? process.env;
  const named = env['INFLUXD']?.trim();
  if (named) {
    if (await isExecutable(named)) {
      return { path: named, source: 'INFLUXD' };
    }
    throw new InfluxdNotExecutableError(named);
  }
  const onPath = await findOnPath('influxd', env);
  if (onPath !== undefined) {
    return { path: onPath, source: 'PATH' };
  }
  const cached = cachedInfluxdPath(env);
  return (await isExecutable(cached)) ? { path: cached, source: 'cache' } : undefined;
}
