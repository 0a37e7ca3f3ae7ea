import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where other processes lay down events for the bridge of a data folder. */
export function inboxFolder(dataDir: string): string {
  return join(dataDir, 'inbox');
}

/** The end of the name of a file that is whole. */
export const WHOLE = '.jsonl.gz';

/** The names of the whole files in an inbox, in the order in which they are to be taken. */
export function listInbox(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(WHOLE))
    .sort();
}

/** A name that sorts behind the earlier ones of the same process, and by time among those of several. */
export function inboxFileName(startedMs: number, pid: number, count: number): string {
  return `${String(startedMs).padStart(15, '0')}-${pid}-${String(count).padStart(8, '0')}${WHOLE}`;
}
