import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { OpenFile } from './examine-file.js';
import {
  DamagedFileError,
  type Entry,
  META_PAGE_BYTES,
  type Meta,
  OVERFLOW_HEADER_BYTES,
  overflowPages,
  type PageContent,
  readMeta,
  readPage,
  type Tree,
} from './lmdb-format.js';
import { unpackEvent } from './packed-event.js';

/** Where no meta page says how long a page is. */
const USUAL_PAGE_BYTES = 4096;

/** No event is shorter than this with what is packed around it. */
const LEAST_BYTES = 16;

/**
 * The bodies of the events in a file of the spool that may be damaged: those that wait, in their order, where the way to all of them
 * can be read. Otherwise every event that any page still holds, in the order of the file, and then some that were dropped long ago are
 * among them. It does no harm to take an event twice: its points overwrite themselves.
 */
export function* salvageEvents(path: string): Generator<Buffer> {
  const descriptor = openSync(path, 'r');
  try {
    const file = new OpenFile(descriptor);
    const metas = ([0, 1] as const)
      .map((number) => metaOf(file, number))
      .filter((meta) => meta !== undefined);
    const pageBytes = metas[0]?.pageBytes ?? USUAL_PAGE_BYTES;
    const pages = new Pages(file, pageBytes);
    const waiting = metas.length === 2 ? wayToEvents(pages, newer(metas)) : undefined;
    yield* waiting === undefined ? scanAll(pages) : readEntries(pages, waiting);
  } finally {
    closeSync(descriptor);
  }
}

function newer(metas: readonly Meta[]): Meta | undefined {
  return metas.toSorted((left, right) => right.transaction - left.transaction)[0];
}

function metaOf(file: OpenFile, number: 0 | 1): Meta | undefined {
  const first = number === 0 ? undefined : metaOf(file, 0);
  const position = number === 0 ? 0 : (first?.pageBytes ?? USUAL_PAGE_BYTES);
  return readable(() => readMeta(file.read(position, META_PAGE_BYTES), number));
}

/** Whether a file is one of the spool, by what it holds or, where that is destroyed, by its name. */
export function isSpoolFile(path: string): boolean {
  if (/^data\.mdb(?:\.damaged-.*)?$/.test(basename(path))) return true;
  const descriptor = openSync(path, 'r');
  try {
    return metaOf(new OpenFile(descriptor), 0) !== undefined;
  } finally {
    closeSync(descriptor);
  }
}

class Pages {
  readonly #file: OpenFile;
  readonly pageBytes: number;

  constructor(file: OpenFile, pageBytes: number) {
    this.#file = file;
    this.pageBytes = pageBytes;
  }

  get count(): number {
    return Math.floor(this.#file.bytes / this.pageBytes);
  }

  bytes(number: number, pages = 1): Buffer {
    return this.#file.read(number * this.pageBytes, pages * this.pageBytes);
  }

  /** Undefined where it can't be read. */
  content(number: number): PageContent | undefined {
    return readable(() => {
      const page = this.bytes(number);
      if (page.length < this.pageBytes) throw new DamagedFileError('cut off');
      return readPage(page, number);
    });
  }

  /** The value of an entry; undefined where it can't be read. */
  value(entry: Entry): Buffer | undefined {
    if (entry.kind === 'value') return entry.value;
    if (entry.kind === 'table' || entry.page + entry.pages > this.count) return undefined;
    const all = this.bytes(entry.page, entry.pages);
    return overflowPages(all, entry.page) === entry.pages
      ? all.subarray(OVERFLOW_HEADER_BYTES, OVERFLOW_HEADER_BYTES + entry.bytes)
      : undefined;
  }
}

/** The numbers of the leaves with the waiting events; undefined where not all of the way to them can be read. */
function wayToEvents(pages: Pages, meta: Meta | undefined): readonly number[] | undefined {
  const leaves = meta === undefined ? undefined : leavesOf(pages, meta.main);
  for (const number of leaves ?? []) {
    const content = pages.content(number);
    if (content?.kind !== 'leaf') return undefined;
    for (const entry of content.entries)
      if (entry.kind === 'table' && entry.key.toString('latin1').startsWith('events'))
        return leavesOf(pages, entry.tree);
  }
  return undefined;
}

function leavesOf(pages: Pages, { root, depth }: Tree): readonly number[] | undefined {
  let level = depth === 0 ? [] : [root];
  for (let left = depth; left > 1; left -= 1) {
    const below: number[] = [];
    for (const number of level) {
      const content = pages.content(number);
      if (content?.kind !== 'branch' || below.length > pages.count) return undefined;
      for (const child of content.children) below.push(child);
    }
    level = below;
  }
  return level.every((number) => pages.content(number)?.kind === 'leaf') ? level : undefined;
}

function* readEntries(pages: Pages, leaves: readonly number[]): Generator<Buffer> {
  for (const number of leaves) {
    const content = pages.content(number);
    if (content?.kind !== 'leaf') continue;
    for (const entry of content.entries) yield* eventOf(pages.value(entry));
  }
}

/** Looks at every page for itself. What lies behind a large value is zeros, so its length is known without the entry. */
function* scanAll(pages: Pages): Generator<Buffer> {
  for (let number = 2; number < pages.count; number += 1) {
    const page = pages.bytes(number);
    const large = overflowPages(page, number);
    if (large !== undefined && number + large <= pages.count) {
      yield* eventOf(withoutZeros(pages.bytes(number, large).subarray(OVERFLOW_HEADER_BYTES)));
      continue;
    }
    const content = pages.content(number);
    if (content?.kind === 'leaf')
      for (const entry of content.entries) if (entry.kind === 'value') yield* eventOf(entry.value);
  }
}

function* eventOf(value: Buffer | undefined): Generator<Buffer> {
  if (value === undefined || value.length < LEAST_BYTES || (value[1] ?? 0) > 1) return;
  const { body } = unpackEvent(value);
  // The values of other tables, and what only looks like an event, have no JSON object there.
  if (/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(body.subarray(0, 64).toString('latin1'))) yield body;
}

function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function readable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedFileError) return undefined;
    throw error;
  }
}
