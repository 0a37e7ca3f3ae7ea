import { type ArchiveFile, archiveFolder, listArchive } from '../archive/archive-file.js';
import { filesAround } from './archived-events.js';
import { InputError } from './input-error.js';
import type { TimeRange } from './time-range.js';

/**
 * The files of the archive that a range needs.
 *
 * @throws {InputError} where there is no archive, or none of that time
 */
export function archiveFiles(dataDir: string, range: TimeRange): readonly ArchiveFile[] {
  const folder = archiveFolder(dataDir);
  const all = listArchive(folder);
  if (all.length === 0)
    throw new InputError(`there is no archive in ${folder}: the bridge keeps one where ARCHIVE is set`);
  const files = filesAround(all, range);
  if (files.length === 0)
    throw new InputError(
      `the archive in ${folder} holds nothing of that time: it goes from ${all[0]?.name} to ${all.at(-1)?.name}`,
    );
  return files;
}
