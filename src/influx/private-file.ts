import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushFolder } from '../spool/flush-folder.js';

/** What a private file and its folder may be read by, unless told otherwise: the owner alone. */
export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;

/**
 * Writes a file so that it is either the old one or the whole new one, whatever happens in between, and is on
 * disk when the promise resolves. The folder is made where it is missing, readable by the owner alone.
 *
 * @param path - the file
 * @param text - its new content
 * @param mode - its permissions, whatever the umask says
 */
export async function writePrivateFile(path: string, text: string, mode = PRIVATE_FILE_MODE): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', PRIVATE_FILE_MODE);
    try {
      await file.writeFile(text);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(folder);
}
