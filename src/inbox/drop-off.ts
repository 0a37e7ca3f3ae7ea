import { chownSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packMember } from '../archive/member.js';
import { type ArchivedEvent, writeRecord } from '../archive/record.js';
import { DataDirError } from '../spool/data-dir-error.js';
import { flushFolder } from '../spool/flush-folder.js';
import { makeFolder } from '../spool/make-folder.js';
import { inboxFileName, inboxFolder, listInbox } from './inbox-file.js';

/** Lays events down for the bridge, which takes them at once where it runs, else at its next start. */
export class DropOff {
  readonly #dataDir: string;
  readonly #folder: string;
  readonly #own: (path: string) => void;
  readonly #startedMs: number;
  readonly #names = new Set<string>();
  #count = 0;

  constructor(dataDir: string, startedMs: number) {
    this.#dataDir = dataDir;
    makeFolder(dataDir);
    this.#folder = inboxFolder(dataDir);
    makeFolder(this.#folder);
    this.#own = ownerSetter(dataDir);
    this.#own(this.#folder);
    this.#startedMs = startedMs;
  }

  /**
   * Lays down a bundle; resolves once it is on disk under its final name. The bridge never sees a part of it.
   *
   * @throws {DataDirError} where that can't be
   */
  async put(events: readonly ArchivedEvent[]): Promise<void> {
    if (events.length === 0) return;
    this.#count += 1;
    const name = inboxFileName(this.#startedMs, process.pid, this.#count);
    const draft = join(this.#folder, `${name}.part`);
    try {
      const packed = await packMember(Buffer.concat(events.map(writeRecord)));
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(packed);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      this.#own(draft);
      await rename(draft, join(this.#folder, name));
    } catch (error) {
      await rm(draft, { force: true });
      throw new DataDirError(this.#dataDir, error);
    }
    await flushFolder(this.#folder);
    this.#names.add(name);
  }

  /** How many bundles the bridge has not yet taken. */
  left(): number {
    const there = new Set(listInbox(this.#folder));
    for (const name of this.#names) if (!there.has(name)) this.#names.delete(name);
    return this.#names.size;
  }
}

/** What root lays down has to belong to whom the bridge runs as. */
function ownerSetter(dataDir: string): (path: string) => void {
  if (process.getuid?.() !== 0) return () => {};
  const { uid, gid } = statSync(dataDir);
  return (path) => chownSync(path, uid, gid);
}
