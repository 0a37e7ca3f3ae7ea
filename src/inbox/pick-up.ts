import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackMember } from '../archive/member.js';
import { readLines } from '../archive/read-archive.js';
import type { ArchivedEvent } from '../archive/record.js';
import type { Log } from '../log.js';
import { inboxFolder, listInbox } from './inbox-file.js';

/** How often the inbox is looked at. */
const LOOK_EVERY_MS = 1_000;

/** How long to wait where the spool has no room for more. */
const NO_ROOM_MS = 50;

/** How many events share a flush of the disk. */
const AT_ONCE = 1_000;

export type PickUpOptions = {
  readonly dataDir: string;
  /** Stores an event; resolves once it is on disk. */
  readonly append: (event: ArchivedEvent) => Promise<void>;
  /** Whether more may be taken without being in the way of what Zoom sends. */
  readonly hasRoom: () => boolean;
  readonly log: Log;
};

/**
 * Takes events that another process laid down into the spool, in their order. A file is deleted once all its events are on disk in
 * the spool; after a crash in between it is taken again, and its events are recognised as repeated.
 */
export class PickUp {
  readonly #options: PickUpOptions;
  readonly #folder: string;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #taking: Promise<void> = Promise.resolve();
  /** The file under way: its events, and how many of them are in the spool. */
  #current: { readonly name: string; readonly events: readonly ArchivedEvent[]; taken: number } | undefined;
  /** What is in the way of a file, as it was told, by its name. */
  readonly #told = new Map<string, string>();
  /** Files whose events are in the spool and which can't be deleted. */
  readonly #taken = new Set<string>();

  constructor(options: PickUpOptions) {
    this.#options = options;
    this.#folder = inboxFolder(options.dataDir);
    this.#lookIn(0);
  }

  /** Takes no more; resolves once what is under way is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#taking;
  }

  #lookIn(ms: number): void {
    if (this.#stopping) return;
    this.#timer = setTimeout(() => {
      this.#taking = this.#look().then(
        (again) => this.#lookIn(again),
        (error: unknown) => {
          this.#tell('', 'the inbox can not be taken now and is tried again', error);
          this.#lookIn(LOOK_EVERY_MS);
        },
      );
    }, ms);
    this.#timer.unref();
  }

  /** Takes what is there and has room. Resolves with the pause until the next look. */
  async #look(): Promise<number> {
    const names = listInbox(this.#folder);
    this.#forgetOthers(names);
    for (const name of names) {
      const current = this.#taken.has(name) ? undefined : await this.#open(name);
      if (current === undefined) continue;
      while (current.taken < current.events.length) {
        if (this.#stopping || !this.#options.hasRoom()) return NO_ROOM_MS;
        const next = current.events.slice(current.taken, current.taken + AT_ONCE);
        await Promise.all(next.map(this.#options.append));
        current.taken += next.length;
      }
      this.#current = undefined;
      await this.#delete(name);
    }
    this.#told.delete('');
    return LOOK_EVERY_MS;
  }

  async #delete(name: string): Promise<void> {
    try {
      await rm(join(this.#folder, name), { force: true });
    } catch (error) {
      this.#taken.add(name);
      this.#tell(name, 'a file of the inbox is taken and can not be deleted', error);
    }
  }

  /** Says once what is in the way, not once a second. */
  #tell(name: string, message: string, error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    if (this.#told.get(name) === cause) return;
    this.#told.set(name, cause);
    this.#options.log.warn(message, name === '' ? { cause } : { file: name, cause });
  }

  #forgetOthers(names: readonly string[]): void {
    const there = new Set(names);
    for (const name of this.#told.keys()) if (name !== '' && !there.has(name)) this.#told.delete(name);
    for (const name of this.#taken) if (!there.has(name)) this.#taken.delete(name);
  }

  async #open(name: string) {
    if (this.#current?.name === name) return this.#current;
    const events = await this.#read(name);
    this.#current = events === undefined ? undefined : { name, events, taken: 0 };
    return this.#current;
  }

  /** The events of a file. One that can't be read is passed over; one that holds anything else is put aside, whole. */
  async #read(name: string): Promise<readonly ArchivedEvent[] | undefined> {
    const path = join(this.#folder, name);
    const packed = await readFile(path).catch((error: unknown) => {
      this.#tell(name, 'a file of the inbox can not be read and is passed over', error);
      return undefined;
    });
    if (packed === undefined) return undefined;
    try {
      return readLines(await unpackMember(packed));
    } catch (error) {
      const isAside = await this.#putAside(path, name);
      if (!isAside) return undefined;
      this.#options.log.error('a file in the inbox is not what replay writes; it is put aside', {
        file: `${name}.bad`,
        cause: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }

  async #putAside(path: string, name: string): Promise<boolean> {
    try {
      await rename(path, `${path}.bad`);
      return true;
    } catch (error) {
      this.#tell(name, 'a file in the inbox is not what replay writes, and can not be put aside', error);
      return false;
    }
  }
}
