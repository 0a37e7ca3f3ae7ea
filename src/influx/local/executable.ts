import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** @returns whether the path is a file that this process may run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Looks a command up as a shell would, on the PATH of the given environment and not on this process's own.
 *
 * @returns its path, or undefined
 */
export async function findOnPath(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, command);
    if (folder !== '' && (await isExecutable(candidate))) {
      return candidate;
    }
  }
  return undefined;
}
