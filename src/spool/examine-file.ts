import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  checkFreeList,
  DamagedFileError,
  META_PAGE_BYTES,
  type Meta,
  OVERFLOW_HEADER_BYTES,
  overflowPages,
  type PageContent,
  readMeta,
  readPage,
  type Tree,
} from './lmdb-format.js';

/** So much is read at a time where large values lie side by side. */
const STRETCH_BYTES = 1024 * 1024;

/** How often a file is looked at anew that somebody else was changing. */
const TRIES = 5;

/**
 * Looks for damage in a file of LMDB, without the library and without trusting anything in the file: its two beginnings, every page
 * of every tree, the lists of free pages, and the heads of large values, in this order, for as long as `limitBytes` reach. What events
 * say is not looked at: nothing here depends on it.
 *
 * @param limitBytes how much may be read
 * @throws {DamagedFileError} with what is wrong, and where
 */
export function examineFile(path: string, limitBytes = Number.POSITIVE_INFINITY): void {
  const descriptor = openSync(path, 'r');
  try {
    for (let tries = 1; ; tries += 1) {
      const file = new OpenFile(descriptor);
      const meta = file.meta();
      try {
        new Examination(file, meta, limitBytes).run();
        return;
      } catch (error) {
        if (file.meta().transaction === meta.transaction) throw error;
        // Somebody is changing pages under our eyes, a command or another bridge. Who does that with success has no damaged file.
        if (tries >= TRIES) return;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A file of LMDB, open for reading. */
export class OpenFile {
  readonly #descriptor: number;
  readonly bytes: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.bytes = fstatSync(descriptor).size;
  }

  /**
   * The newer of the two beginnings.
   *
   * @throws {DamagedFileError} where one of them can't be read
   */
  meta(): Meta {
    if (this.bytes === 0) throw new DamagedFileError('the file is empty');
    const first = readMeta(this.read(0, META_PAGE_BYTES), 0);
    const second = readMeta(this.read(first.pageBytes, META_PAGE_BYTES), 1);
    if (second.pageBytes !== first.pageBytes)
      throw new DamagedFileError('the two meta pages do not fit together');
    return first.transaction >= second.transaction ? first : second;
  }

  /** Up to so many bytes: fewer where the file ends before. */
  read(position: number, bytes: number): Buffer {
    const buffer = Buffer.allocUnsafe(bytes);
    return buffer.subarray(0, readSync(this.#descriptor, buffer, 0, bytes, position));
  }
}

type Large = {
  readonly page: number;
  readonly pages: number;
  readonly isFreeList: boolean;
  readonly bytes: number;
};

class Examination {
  readonly #file: OpenFile;
  readonly #meta: Meta;
  readonly #used: Uint8Array;
  readonly #large: Large[] = [];
  #left: number;

  constructor(file: OpenFile, meta: Meta, limitBytes: number) {
    this.#file = file;
    this.#meta = meta;
    this.#left = limitBytes;
    if (meta.lastPage < 1) throw new DamagedFileError('the file ends before it begins');
    // Pages that were never written may lie behind the end of the file; more of them than the file has make no sense.
    const most = 2 * (file.bytes / meta.pageBytes) + 1024 * 1024;
    if (meta.lastPage > most) throw new DamagedFileError(`the file is cut off: ${this.#size()}`);
    this.#used = new Uint8Array(meta.lastPage + 1);
  }

  run(): void {
    const { free, main } = this.#meta;
    this.#walk(free, true);
    this.#walk(main, false);
    this.#checkLarge();
  }

  #size(): string {
    const { lastPage, pageBytes } = this.#meta;
    return `it has ${this.#file.bytes} of ${(lastPage + 1) * pageBytes} bytes`;
  }

  #walk({ root, depth }: Tree, isFreeList: boolean): void {
    if (depth === 0) return;
    let level = [root];
    for (let left = depth; left > 0; left -= 1) {
      const below: number[] = [];
      for (const number of level) {
        if (this.#left <= 0) return;
        const content = this.#page(number);
        if ((content.kind === 'leaf') !== (left === 1))
          throw new DamagedFileError(`page ${number} lies at the wrong depth of its tree`);
        if (content.kind === 'branch') for (const child of content.children) below.push(child);
        else this.#checkEntries(content, isFreeList);
      }
      level = below;
    }
  }

  #page(number: number): PageContent {
    const { pageBytes } = this.#meta;
    this.#use(number, 1);
    this.#left -= pageBytes;
    const page = this.#file.read(number * pageBytes, pageBytes);
    if (page.length < pageBytes) throw new DamagedFileError(`the file is cut off: ${this.#size()}`);
    return readPage(page, number);
  }

  #checkEntries({ entries }: Extract<PageContent, { kind: 'leaf' }>, isFreeList: boolean): void {
    const { lastPage } = this.#meta;
    for (const entry of entries) {
      if (entry.kind === 'table') this.#walk(entry.tree, false);
      else if (entry.kind === 'overflow') {
        const { page, pages, bytes } = entry;
        this.#use(page, pages);
        if (OVERFLOW_HEADER_BYTES + bytes > pages * this.#meta.pageBytes)
          throw new DamagedFileError(`page ${page}, with a large value, is too short for it`);
        this.#large.push({ page, pages, isFreeList, bytes });
      } else if (isFreeList) checkFreeList(entry.value, lastPage);
    }
  }

  /** Every page is used once at most, and is one that there is. */
  #use(number: number, pages: number): void {
    const { lastPage } = this.#meta;
    if (number < 2 || pages < 1 || number + pages - 1 > lastPage)
      throw new DamagedFileError(`page ${number} is named and does not exist`);
    for (let page = number; page < number + pages; page += 1) {
      if (this.#used[page] !== 0) throw new DamagedFileError(`page ${page} is used twice`);
      this.#used[page] = 1;
    }
  }

  /** In the order of the file, so that the disk reads on rather than jumps. Lists of free pages come first: they matter most. */
  #checkLarge(): void {
    const { pageBytes, lastPage } = this.#meta;
    for (const { page, pages, isFreeList, bytes } of this.#large) {
      if (!isFreeList) continue;
      const value = this.#file.read(page * pageBytes, OVERFLOW_HEADER_BYTES + bytes);
      if (value.length < OVERFLOW_HEADER_BYTES + bytes)
        throw new DamagedFileError(`the file is cut off: ${this.#size()}`);
      requireLarge(value, page, pages);
      checkFreeList(value.subarray(OVERFLOW_HEADER_BYTES), lastPage);
    }
    let stretch: Buffer = Buffer.alloc(0);
    let start = 0;
    for (const { page, pages } of this.#large.sort((left, right) => left.page - right.page)) {
      if ((page + pages) * pageBytes > this.#file.bytes)
        throw new DamagedFileError(`the file is cut off: ${this.#size()}`);
      const position = page * pageBytes;
      if (position + OVERFLOW_HEADER_BYTES > start + stretch.length) {
        if (this.#left <= 0) return;
        start = position;
        stretch = this.#file.read(start, STRETCH_BYTES);
        this.#left -= stretch.length;
      }
      requireLarge(stretch.subarray(position - start), page, pages);
    }
  }
}

function requireLarge(header: Buffer, page: number, pages: number): void {
  if (overflowPages(header, page) !== pages)
    throw new DamagedFileError(`page ${page}, with a large value, is overwritten`);
}
