import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFolder } from '../spool/flush-folder.js';
import { makeFolder } from '../spool/make-folder.js';
import { archiveFileName, HOUR_MS, listArchive } from './archive-file.js';
import { packMember } from './member.js';
import { type ArchivedEvent, writeRecord } from './record.js';

/** The archive can't be written; events stay in the spool until it can. */
export class ArchiveError extends Error {
  readonly code = 'archive_failed';
}

export type ArchiveOptions = {
  readonly folder: string;
  readonly keepSeconds: number;
  readonly now: () => number;
};

/** A file from further in the future than this is of a clock that was wrong. */
const TRUSTED_AHEAD_MS = 24 * HOUR_MS;

/**
 * Keeps events as they came, in hourly files, in the order in which they were worked on. Every batch is a gzip member of its own.
 * A file is only ever added to by the run of the bridge that began it, so that a member which a crash has cut short is the last of
 * its file; the events in it are still in the spool and come again in the next file.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  #file: { readonly handle: FileHandle; readonly hourMs: number } | undefined;

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /**
   * Adds a batch; resolves once it is on disk. One call at a time.
   *
   * @throws {ArchiveError}
   */
  async append(events: readonly ArchivedEvent[]): Promise<void> {
    if (events.length === 0) return;
    try {
      const member = await packMember(Buffer.concat(events.map(writeRecord)));
      const handle = await this.#fileFor(events);
      await handle.appendFile(member);
      await handle.datasync();
    } catch (error) {
      // What was cut short must stay the last of its file.
      await this.close().catch(() => undefined);
      const cause = error instanceof Error ? error.message : String(error);
      throw new ArchiveError(`the archive ${this.#options.folder} can't be written: ${cause}`, {
        cause: error,
      });
    }
  }

  /** Deletes the files whose events have all been kept long enough. */
  async expire(): Promise<void> {
    const { folder, keepSeconds, now } = this.#options;
    const oldest = now() - keepSeconds * 1000;
    for (const { path, hourMs } of listArchive(folder))
      if (hourMs + HOUR_MS <= oldest) await rm(path, { force: true });
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  /** By when they came, not by the clock: one that is days off for a moment would give a file a name that is soon too old. */
  async #fileFor(events: readonly ArchivedEvent[]): Promise<FileHandle> {
    const { folder, now } = this.#options;
    const arrivals = events.flatMap(({ receivedMs, again }) => (again ? [] : [receivedMs]));
    const arrivedMs = arrivals.length === 0 ? now() : arrivals.reduce((left, right) => Math.max(left, right));
    const hourMs = Math.floor(arrivedMs / HOUR_MS) * HOUR_MS;
    // A clock that was set back does not lead back to an earlier file: the order of the files is the order of work.
    if (this.#file !== undefined && hourMs <= this.#file.hourMs) return this.#file.handle;
    await this.close();
    makeFolder(folder);
    const last = listArchive(folder).findLast((file) => file.hourMs - hourMs <= TRUSTED_AHEAD_MS);
    const begun = last !== undefined && last.hourMs >= hourMs;
    const name = archiveFileName(begun ? last.hourMs : hourMs, begun ? last.part + 1 : 0);
    const handle = await open(join(folder, name), 'ax', 0o600);
    this.#file = { handle, hourMs: begun ? last.hourMs : hourMs };
    await flushFolder(folder);
    return handle;
  }
}
