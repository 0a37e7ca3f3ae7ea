import { open, rename, rm } from 'node:fs/promises';
import { archiveFolder, listArchive } from '../archive/archive-file.js';
import { packMember } from '../archive/member.js';
import { readArchiveFile } from '../archive/read-archive.js';
import { type ArchivedEvent, writeRecord } from '../archive/record.js';
import { flushFolder } from '../spool/flush-folder.js';
import type { Mentions } from './mentions.js';

/** What became of the archive. */
export type ErasedArchive = {
  /** Events that name the person, in files that could be worked on. */
  readonly events: number;
  /** Files that can't be worked on now: the newest of a running bridge, and damaged ones. */
  readonly skipped: readonly string[];
};

/**
 * Takes the events that name a person out of the archive, or only counts them. A file is replaced by one without them once that is
 * on disk.
 *
 * @param isRunning the newest file is being written and is left out
 */
export async function eraseFromArchive(
  dataDir: string,
  mentions: Mentions,
  options: { readonly isRunning: boolean; readonly remove: boolean },
): Promise<ErasedArchive> {
  const folder = archiveFolder(dataDir);
  const files = listArchive(folder);
  const skipped: string[] = [];
  let events = 0;
  for (const [index, file] of files.entries()) {
    const kept: Buffer[] = [];
    let found = 0;
    let isDamaged = false;
    for await (const part of readArchiveFile(file)) {
      if (part.kind === 'damaged') isDamaged = true;
      if (part.kind !== 'events') continue;
      const others = part.events.filter(({ body }) => !mentions.inBody(body));
      found += part.events.length - others.length;
      if (others.length > 0) kept.push(await pack(others));
    }
    const isWritten = options.isRunning && index === files.length - 1;
    if (isDamaged || (isWritten && found > 0)) skipped.push(file.name);
    else {
      events += found;
      if (found > 0 && options.remove) await replace(file.path, kept);
    }
  }
  if (options.remove && events > 0) await flushFolder(folder);
  return { events, skipped };
}

async function pack(events: readonly ArchivedEvent[]): Promise<Buffer> {
  return await packMember(Buffer.concat(events.map(writeRecord)));
}

async function replace(path: string, members: readonly Buffer[]): Promise<void> {
  if (members.length === 0) return await rm(path, { force: true });
  const draft = `${path}.part`;
  const handle = await open(draft, 'w', 0o600);
  try {
    for (const member of members) await handle.appendFile(member);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
}
