import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { errorCode } from './error-text.js';
import { PRIVATE_FOLDER_MODE, writePrivateFile } from './private-file.js';

const PERMISSION_BITS = 0o777;
const READ_BITS_OF_OTHERS = 0o044;
/** From "may read the file" to "may enter the folder": the bit for reading lies two left of the one for entering. */
const READ_TO_ENTER = 2;

/** A token as it is kept: its text, and beside it which authorization of InfluxDB it belongs to. */
export interface KeptToken {
  token: string;
  authorizationId: string | undefined;
}

/** @returns what is kept at this path; undefined where there is no token. */
export async function readTokenFile(path: string): Promise<KeptToken | undefined> {
  const token = await readText(path);
  return token ? { token, authorizationId: (await readText(idPath(path))) || undefined } : undefined;
}

/** Keeps a token. The token comes last: where it is there, what belongs to it is there as well. */
export async function writeTokenFile(
  path: string,
  token: string,
  authorizationId: string,
  mode: number,
): Promise<void> {
  await writePrivateFile(idPath(path), `${authorizationId}\n`, mode);
  await writePrivateFile(path, `${token}\n`, mode);
}

/** @returns whether the permissions of the file had to be corrected. */
export async function correctTokenFileMode(path: string, mode: number): Promise<boolean> {
  if (process.platform === 'win32' || ((await stat(path)).mode & PERMISSION_BITS) === mode) {
    return false;
  }
  await chmod(path, mode);
  return true;
}

/**
 * Makes the folder of the tokens where it is missing: for the owner alone, and for those as well that the files'
 * mode lets read. One that is there, such as a container's volume, is left as it is.
 */
export async function makeTokensFolder(folder: string, fileMode: number): Promise<void> {
  if ((await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE })) !== undefined) {
    const others = fileMode & READ_BITS_OF_OTHERS;
    await chmod(folder, PRIVATE_FOLDER_MODE | others | (others >> READ_TO_ENTER));
  }
}

function idPath(path: string): string {
  return `${path}.id`;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
