import { type ArchiveFile, archiveFolder, HOUR_MS, listArchive } from '../archive/archive-file.js';
import { readArchiveFile } from '../archive/read-archive.js';
import { readEpoch } from '../zoom/timestamp.js';
import { InputError } from './input-error.js';
import { isWithin, type TimeRange } from './time-range.js';

/** What is known of a participant is kept for two days, so work has to begin that much before the first event that is meant. */
const BEFORE_MS = 48 * HOUR_MS;

/** By how much the clock of Zoom may be ahead of ours. */
const CLOCKS_MS = HOUR_MS;

const EVENT_TIME = /"event_ts"\s*:\s*"?(\d{9,14})/g;

/**
 * The files of the archive that a range needs: up to the last one with an event that is meant, since an event may come days late
 * (from Zoom's webhook logs, say), and from those on that teach what such events depend on.
 *
 * @throws {InputError} where there is no archive, or none of that time
 */
export async function archiveFiles(dataDir: string, range: TimeRange): Promise<readonly ArchiveFile[]> {
  const folder = archiveFolder(dataDir);
  const files = listArchive(folder);
  if (files.length === 0)
    throw new InputError(`there is no archive in ${folder}: the bridge keeps one where ARCHIVE is set`);
  if (range.from === undefined && range.to === undefined) return files;
  let first: ArchiveFile | undefined;
  let last: ArchiveFile | undefined;
  for (const file of files) {
    // No event comes before it has happened.
    if (file.hourMs + HOUR_MS + CLOCKS_MS < (range.from ?? 0) || !(await holdsAny(file, range))) continue;
    first ??= file;
    last = file;
  }
  if (first === undefined || last === undefined)
    throw new InputError(`the archive in ${folder} holds no event of that time`);
  const [beginMs, end] = [first.hourMs - BEFORE_MS, files.indexOf(last)];
  return files.filter(({ hourMs }, index) => hourMs >= beginMs && index <= end);
}

/** Whether an event of this time may be in a file; told by its text, which is quicker than parsing it. */
async function holdsAny(file: ArchiveFile, range: TimeRange): Promise<boolean> {
  for await (const part of readArchiveFile(file))
    if (part.kind === 'events')
      for (const { body } of part.events)
        for (const [, digits] of body.toString('latin1').matchAll(EVENT_TIME))
          if (isWithin(range, readEpoch(digits))) return true;
  return false;
}
