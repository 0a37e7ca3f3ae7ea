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
          this.#options.log.warn('the inbox can not be taken now and is tried again', {
            cause: error instanceof Error ? error.message : String(error),
          });
          this.#lookIn(LOOK_EVERY_MS);
        },
      );
    }, ms);
    this.#timer.unref();
  }

  /** Takes what is there and has room. Resolves with the pause until the next look. */
  async #look(): Promise<number> {
    for (const name of listInbox(this.#folder)) {
      const current = await this.#open(name);
      if (current === undefined) continue;
      while (current.taken < current.events.length) {
        if (this.#stopping || !this.#options.hasRoom()) return NO_ROOM_MS;
        const next = current.events.slice(current.taken, current.taken + AT_ONCE);
        await Promise.all(next.map(this.#options.append));
        current.taken += next.length;
      }
      this.#current = undefined;
      await rm(join(this.#folder, name), { force: true });
    }
    return LOOK_EVERY_MS;
  }

  async #open(name: string) {
    if (this.#current?.name === name) return this.#current;
    const events = await this.#read(name);
    this.#current = events === undefined ? undefined : { name, events, taken: 0 };
    return this.#current;
  }

  /** The events of a file. One that holds anything else is put aside, whole. */
  async #read(name: string): Promise<readonly ArchivedEvent[] | undefined> {
    const path = join(this.#folder, name);
    const packed = await readFile(path);
    try {
      return readLines(await unpackMember(packed));
    } catch (error) {
      await rename(path, `${path}.bad`);
      this.#options.log.error('a file in the inbox is not what replay writes; it is put aside', {
        file: `${name}.bad`,
        cause: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }
}
