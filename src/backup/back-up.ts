import { chmodSync, existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { archiveFolder, listArchive } from '../archive/archive-file.js';
import { inboxFolder, listInbox } from '../inbox/inbox-file.js';
import { type EventCounts, readCounts } from '../spool/counts.js';
import { entriesOf, openTables } from '../spool/environment.js';
import { flushFolder } from '../spool/flush-folder.js';
import { makeFolder } from '../spool/make-folder.js';

/** The backup can't be made; the message says why and what to do. */
export class BackupError extends Error {
  readonly code = 'backup_failed';
}

/** What a backup holds. */
export type BackupSummary = {
  /** The events' counts at the moment of the backup. */
  readonly counts: EventCounts;
  readonly quarantined: number;
  readonly archiveFiles: number;
  /** Whether the data folder also holds a local InfluxDB, whose points are not part of the backup. */
  readonly hasLocalInflux: boolean;
};

/** Small files and folders of the data folder that are copied as they are. */
const SMALL = ['privacy.key', 'tokens'] as const;

/** Folders of the data folder that hold something already. A backup beside them is fine: it is copied on from there. */
const OWN_FOLDERS = new Set(['spool', 'inbox', 'archive', 'tokens', 'influxdb']);

/**
 * Copies a data folder, whether a bridge works on it or not, so that a bridge can start from the copy. The spool (waiting events,
 * what has been seen, context, quarantine, counts) is as it was in one moment. The copy holds live data alone: nothing of what was
 * dropped before. Other files are copied in such an order that an event which changes its place meanwhile is in the copy at least
 * once; a second time is recognised as a repetition.
 *
 * @param target a folder that does not exist yet or is empty; it gets its name once everything in it is on disk
 * @throws {BackupError}
 */
export async function backUp(dataDir: string, target: string): Promise<BackupSummary> {
  const to = resolve(target);
  await requireFree(dataDir, to);
  const draft = `${to}.part`;
  try {
    await rm(draft, { recursive: true, force: true });
    makeFolder(draft);
    // What is in the inbox moves into the spool, what is in the spool into the archive: so in this order.
    await copyFiles(inboxFolder(dataDir), join(draft, 'inbox'), listInbox(inboxFolder(dataDir)));
    const { counts, quarantined } = await copySpool(dataDir, draft);
    const archived = listArchive(archiveFolder(dataDir)).map(({ name }) => name);
    await copyFiles(archiveFolder(dataDir), archiveFolder(draft), archived);
    for (const name of SMALL) await copySmall(join(dataDir, name), join(draft, name));
    await flushFolder(draft);
    await rm(to, { recursive: true, force: true });
    await rename(draft, to);
    await flushFolder(dirname(to));
    return {
      counts,
      quarantined,
      archiveFiles: archived.length,
      hasLocalInflux: existsSync(join(dataDir, 'influxdb')),
    };
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    const cause = error instanceof Error ? error.message : String(error);
    throw new BackupError(
      `${dataDir} can't be copied to ${to}: ${cause}\nfix: name a folder that this user may make, on a disk with room for the spool`,
      { cause: error },
    );
  }
}

async function requireFree(dataDir: string, to: string): Promise<void> {
  const [first = ''] = relative(resolve(dataDir), to).split(sep);
  if (first === '' || OWN_FOLDERS.has(first))
    throw new BackupError(`${to} is the data folder or belongs to what lies in it: name another folder`);
  if (!existsSync(to)) return;
  if (!statSync(to).isDirectory() || (await readdir(to)).length > 0)
    throw new BackupError(`${to} is there already: name a folder that does not exist yet, or an empty one`);
}

async function copySpool(
  dataDir: string,
  draft: string,
): Promise<{ counts: EventCounts; quarantined: number }> {
  const folder = join(draft, 'spool');
  makeFolder(folder);
  const source = openTables(dataDir);
  try {
    await source.root.backup(folder, true);
  } finally {
    await source.root.close();
  }
  const file = join(folder, 'data.mdb');
  chmodSync(file, 0o600);
  await flushFile(file);
  await flushFolder(folder);
  // Reading it shows that it can be read.
  const copy = openTables(draft);
  try {
    return { counts: readCounts(copy), quarantined: entriesOf(copy.quarantine) };
  } finally {
    await copy.root.close();
  }
}

/** Copies files that may be deleted meanwhile: what was taken from the inbox, or is too old for the archive. */
async function copyFiles(from: string, to: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  makeFolder(to);
  for (const name of names) {
    try {
      await copyFile(join(from, name), join(to, name));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue;
      throw error;
    }
    chmodSync(join(to, name), 0o600);
    await flushFile(join(to, name));
  }
  await flushFolder(to);
}

async function copySmall(from: string, to: string): Promise<void> {
  const stats = statSync(from, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory())
    return await copyFiles(dirname(from), dirname(to), [relative(dirname(from), from)]);
  await mkdir(to, { mode: 0o700 });
  await copyFiles(from, to, await readdir(from));
}

async function flushFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
