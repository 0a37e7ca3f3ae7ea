import { type EventCounts, META, readCounts, readLastSeq } from './counts.js';
import { markClosed, markOpen, type SetAside, setAsideIfDamaged } from './damaged-file.js';
import { bytesOf, openTables, pageBytesOf, type SpoolTables } from './environment.js';
import { Gathering } from './gathering.js';
import { becomeOwner, ReplacedError, replacedKey } from './ownership.js';
import { packEvent } from './packed-event.js';
import { ROOM_TO_ACCEPT_BYTES, reasonOf, requireRoom } from './storage-failure.js';

/** The event can't be stored now; Zoom has to try again. The message says why. */
export class SpoolError extends Error {
  readonly code: 'spool_full' | 'spool_closed' | 'spool_failed';

  constructor(code: SpoolError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SpoolError';
    this.code = code;
  }
}

/** What is told of an event beside its bytes. */
type Told = { readonly again?: boolean; readonly at?: number | undefined };

type Pending = {
  readonly packed: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

/** How many bytes go into one transaction at most; keeps a commit short when large events meet. */
const MAX_COMMIT_BYTES = 16 * 1024 * 1024;

/** More pages than an event takes on disk beside its bytes: the rest of its last one, and its share of those that tell where it is. */
const BESIDE_EVENT_PAGES = 2;

/** How long what events take on disk is reckoned before it is looked at again: the writer drops events, and takes some back. */
const RECKONED_FOR_MS = 1_000;

/** After a failure it is tried this often whether storing works again, also where no event comes. */
const PROBE_EVERY_MS = 5_000;

/**
 * The durable queue's front door. What comes while a commit is under way, or shortly before the next one, goes into that, so that many
 * events share one flush of the disk.
 */
export class Spool {
  readonly #tables: SpoolTables;
  readonly #maxBytes: number;
  readonly #besideEventBytes: number;
  #pending: Pending[] = [];
  #committing: Promise<void> | undefined;
  readonly #gathering = new Gathering();
  readonly #owner: string;
  #lastSeq: number;
  #closed = false;
  /** What waiting events take on disk at most, as far as is known here, and when that was looked at. */
  #bytesAtMost = Number.POSITIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #failure: string | undefined;
  #probing: NodeJS.Timeout | undefined;
  readonly #dataDir: string;
  /** The spool that was here before, where it was damaged and is out of the way now. */
  readonly setAside: SetAside | undefined;

  constructor(dataDir: string, maxBytes: number) {
    this.#dataDir = dataDir;
    this.setAside = setAsideIfDamaged(dataDir, Date.now());
    markOpen(dataDir);
    this.#tables = openTables(dataDir);
    this.#maxBytes = maxBytes;
    this.#besideEventBytes = BESIDE_EVENT_PAGES * pageBytesOf(this.#tables.events);
    this.#owner = becomeOwner(this.#tables);
    this.#lastSeq = readLastSeq(this.#tables);
  }

  /** Names this bridge as the spool's owner, for the writer. */
  get owner(): string {
    return this.#owner;
  }

  /** The tables, for reading. */
  get tables(): SpoolTables {
    return this.#tables;
  }

  /**
   * Stores an event; resolves once it is on disk.
   *
   * @param event `again`: it is worked on though it may have been seen before; `at`: its `event_ts`, where it was read
   * @throws {SpoolError} where it is not and will not be: full, closing, or the disk failed
   */
  append(body: Buffer, receivedMs: number, { again = false, at }: Told = {}): Promise<void> {
    if (this.#closed) return Promise.reject(new SpoolError('spool_closed', 'the bridge is shutting down'));
    return new Promise((resolve, reject) => {
      this.#pending.push({
        packed: packEvent({ receivedMs, again, body, ...(at === undefined ? {} : { at }) }),
        resolve,
        reject,
      });
      this.#gathering.came(this.#pending.length);
      this.#begin();
    });
  }

  /** Why nothing can be stored at present; undefined where storing works. */
  get failure(): string | undefined {
    return this.#failure;
  }

  counts(): EventCounts {
    return readCounts(this.#tables);
  }

  /** Bytes that waiting events take on disk. */
  bytes(): number {
    const { root, meta, events } = this.#tables;
    root.resetReadTxn();
    // Figures of a table come from the snapshot that was read last; a read makes it the present one.
    meta.get(META.lastSeq);
    return bytesOf(events);
  }

  /** Looks only where it may be: a look costs a tenth of a small commit. */
  #isFull(): boolean {
    const now = performance.now();
    if (this.#bytesAtMost >= this.#maxBytes || now - this.#lookedAt >= RECKONED_FOR_MS) {
      this.#bytesAtMost = this.bytes();
      this.#lookedAt = now;
    }
    return this.#bytesAtMost >= this.#maxBytes;
  }

  /** When the last URL validation was answered, ms since 1970, also before this start. */
  lastValidationAt(): number | undefined {
    const at = this.#tables.meta.get(META.lastValidationAt);
    return typeof at === 'number' ? at : undefined;
  }

  /** Keeps the time of a URL validation. Where that fails it is forgotten at the next start, which does no harm. */
  keepValidation(at: number): void {
    this.#tables.meta.put(META.lastValidationAt, at).catch(() => {});
  }

  /** Takes no more events, waits for those under way, and closes the files. */
  async close(): Promise<void> {
    this.refuse();
    await this.#committing;
    await this.#tables.root.close();
    markClosed(this.#dataDir);
  }

  /** Takes no more events. */
  refuse(): void {
    this.#closed = true;
    clearTimeout(this.#probing);
  }

  #begin(): void {
    this.#committing ??= this.#commitAll();
  }

  async #commitAll(): Promise<void> {
    // One turn of the event loop, so that requests which have come together are stored together.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      await this.#gathering.until(this.#pending.length);
      const pending = this.#takePending();
      await this.#commit(pending);
      this.#gathering.ended(pending.length, this.#pending.length);
    } while (this.#pending.length > 0);
    // In the same step as the look at what is pending: what is appended after it has to begin the next commit itself.
    this.#committing = undefined;
  }

  #takePending(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { packed } of this.#pending) {
      bytes += packed.length;
      if (count > 0 && bytes > MAX_COMMIT_BYTES) break;
      count += 1;
    }
    return this.#pending.splice(0, count);
  }

  async #commit(pending: readonly Pending[]): Promise<void> {
    try {
      if (this.#isFull())
        throw new SpoolError(
          'spool_full',
          `the spool holds SPOOL_MAX_BYTES (${this.#maxBytes} bytes) of waiting events`,
        );
      requireRoom(this.#tables.folder, ROOM_TO_ACCEPT_BYTES);
      await this.#store(pending);
      this.#failure = undefined;
      clearTimeout(this.#probing);
      for (const { resolve } of pending) resolve();
    } catch (error) {
      const failure = error instanceof SpoolError ? error : await this.#failed(error);
      this.#failure = failure.message;
      for (const { reject } of pending) reject(failure);
      this.#probeLater();
    }
  }

  /** Without this a bridge that is not ready, and therefore gets no events, would never find out that it could be. */
  #probeLater(): void {
    clearTimeout(this.#probing);
    if (this.#closed) return;
    this.#probing = setTimeout(() => this.#begin(), PROBE_EVERY_MS);
    this.#probing.unref();
  }

  async #store(pending: readonly Pending[]): Promise<void> {
    const { events, meta } = this.#tables;
    let seq = this.#lastSeq;
    const stored = await meta.ifNoExists(replacedKey(this.#owner), () => {
      for (const { packed } of pending) {
        seq += 1;
        void events.put(seq, packed);
      }
      void meta.put(META.lastSeq, seq);
    });
    if (!stored) throw new ReplacedError();
    this.#lastSeq = seq;
    for (const { packed } of pending) this.#bytesAtMost += packed.length + this.#besideEventBytes;
  }

  /** After a failure what is on disk decides which numbers are taken. */
  async #failed(cause: unknown): Promise<SpoolError> {
    const message = await reasonOf(cause, this.#tables.folder);
    try {
      this.#tables.root.resetReadTxn();
      this.#lastSeq = Math.max(this.#lastSeq, readLastSeq(this.#tables));
    } catch {
      // The next attempt to store says what is wrong with the files.
    }
    return new SpoolError('spool_failed', message, { cause });
  }
}
