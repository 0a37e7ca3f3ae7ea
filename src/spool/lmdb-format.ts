/**
 * How a file of LMDB is built, as far as it takes to look at one without the library: that maps the file into memory and trusts it,
 * so a damaged one ends the process without a word. Source: `mdb.c` of lmdb 3.5.6, format version 2, 64 bits, little-endian.
 */

/** Bytes in front of what a page holds: its number (8), transaction (8), padding (2), flags (2), lower and upper bound (2 each). */
const PAGE_HEADER_BYTES = 24;

const META_BYTES = 144;
const TABLE_BYTES = 48;
const NODE_HEADER_BYTES = 8;
const OVERFLOW_BYTES = 24;

const MAGIC = 0xbeefc0de;
const FORMAT_VERSION = 2;

const PAGE = { branch: 0x01, leaf: 0x02, overflow: 0x04, meta: 0x08 } as const;
const NODE = { overflow: 0x01, table: 0x02, duplicates: 0x04 } as const;

/** The number of the page that an empty table begins with. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** Smallest and largest page that LMDB makes, in bytes. */
const PAGE_SIZES = { least: 256, most: 65_536 } as const;

/** More bytes than any address space has. */
const MAX_MAP_BYTES = 2 ** 47;

/** The file is not as LMDB leaves it; the message says what is wrong, and where. */
export class DamagedFileError extends Error {
  readonly code = 'spool_damaged';
}

/** A tree of pages. */
export type Tree = {
  /** How many pages lie between the root and an entry, both counted; 0 where it is empty. */
  readonly depth: number;
  readonly root: number;
};

/** What a meta page says of the state after its transaction. */
export type Meta = {
  readonly pageBytes: number;
  readonly transaction: number;
  readonly lastPage: number;
  /** The pages that are free, by the transaction that freed them. */
  readonly free: Tree;
  /** The named tables. */
  readonly main: Tree;
};

/** What hangs on a page: pages below it, or entries. */
export type PageContent =
  | { readonly kind: 'branch'; readonly children: readonly number[] }
  | { readonly kind: 'leaf'; readonly entries: readonly Entry[] };

/** An entry of a leaf; its value lies beside the key, is a table, or lies on pages of its own. */
export type Entry = { readonly key: Buffer } & (
  | { readonly kind: 'value'; readonly value: Buffer }
  | { readonly kind: 'table'; readonly tree: Tree }
  | { readonly kind: 'overflow'; readonly page: number; readonly pages: number; readonly bytes: number }
);

/** How many bytes {@link readMeta} needs. */
export const META_PAGE_BYTES = PAGE_HEADER_BYTES + META_BYTES;

/**
 * Reads the first or second page of a file.
 *
 * @param page its first {@link META_PAGE_BYTES} bytes
 * @throws {DamagedFileError}
 */
export function readMeta(page: Buffer, number: 0 | 1): Meta {
  const damaged = (what: string) => new DamagedFileError(`meta page ${number} ${what}`);
  if (page.length < META_PAGE_BYTES) throw damaged('is cut off');
  if ((flagsOf(page) & PAGE.meta) === 0) throw damaged('is overwritten');
  const meta = page.subarray(PAGE_HEADER_BYTES);
  if (meta.readUInt32LE(0) !== MAGIC) throw damaged('is overwritten');
  const version = meta.readUInt32LE(4) & 0xffff;
  if (version !== FORMAT_VERSION) throw damaged(`has the format version ${version}, not ${FORMAT_VERSION}`);
  const pageBytes = meta.readUInt32LE(24);
  const isPowerOfTwo = (pageBytes & (pageBytes - 1)) === 0;
  if (pageBytes < PAGE_SIZES.least || pageBytes > PAGE_SIZES.most || !isPowerOfTwo)
    throw damaged(`says that pages have ${pageBytes} bytes`);
  const lastPage = numberAt(meta, 120);
  const mapBytes = numberAt(meta, 16);
  if (mapBytes > MAX_MAP_BYTES || (lastPage + 1) * pageBytes > MAX_MAP_BYTES)
    throw damaged('says that the file is larger than any can be');
  return {
    pageBytes,
    transaction: numberAt(meta, 128),
    lastPage,
    free: readTree(meta.subarray(24)),
    main: readTree(meta.subarray(24 + TABLE_BYTES)),
  };
}

/**
 * Reads a page of a tree.
 *
 * @param page the whole page
 * @throws {DamagedFileError}
 */
export function readPage(page: Buffer, number: number): PageContent {
  const damaged = (what: string) => new DamagedFileError(`page ${number} ${what}`);
  if (numberAt(page, 0) !== number) throw damaged('is overwritten');
  const flags = flagsOf(page);
  if (flags !== PAGE.branch && flags !== PAGE.leaf) throw damaged('is not a page of a tree');
  const body = page.subarray(PAGE_HEADER_BYTES);
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  if (lower > upper || upper > body.length || lower % 2 !== 0) throw damaged('has bounds that can not be');
  const nodes: Buffer[] = [];
  for (let at = 0; at < lower; at += 2) {
    const offset = body.readUInt16LE(at);
    if (offset < upper || offset + NODE_HEADER_BYTES > body.length)
      throw damaged('has an entry outside of it');
    nodes.push(body.subarray(offset));
  }
  try {
    return flags === PAGE.branch
      ? { kind: 'branch', children: nodes.map(readChild) }
      : { kind: 'leaf', entries: nodes.map(readEntry) };
  } catch (error) {
    if (error instanceof RangeError) throw damaged('has an entry that goes beyond its end');
    throw error;
  }
}

/**
 * On how many pages the large value lies that begins here; undefined where none does.
 *
 * @param header at least the first {@link OVERFLOW_HEADER_BYTES} bytes of the page
 */
export function overflowPages(header: Buffer, number: number): number | undefined {
  const isOne = numberAt(header, 0) === number && flagsOf(header) === PAGE.overflow;
  return isOne ? header.readUInt32LE(20) : undefined;
}

/** How many bytes {@link overflowPages} needs; a large value begins behind them. */
export const OVERFLOW_HEADER_BYTES = PAGE_HEADER_BYTES;

/**
 * Reads a list of free pages: its length, then page numbers; a negative number says that the page behind it begins that many.
 *
 * @throws {DamagedFileError}
 */
export function checkFreeList(list: Buffer, lastPage: number): void {
  const damaged = () => new DamagedFileError('the list of free pages is overwritten');
  if (list.length < 8 || list.length % 8 !== 0) throw damaged();
  const count = Number(list.readBigInt64LE(0));
  if (count < 0 || count > list.length / 8 - 1) throw damaged();
  let together = 1;
  for (let index = 1; index <= count; index += 1) {
    const number = Number(list.readBigInt64LE(index * 8));
    if (number < 0) {
      together = -number;
      continue;
    }
    if (number === 1 || number + together - 1 > lastPage) throw damaged();
    together = 1;
  }
}

function readChild(node: Buffer): number {
  const keyBytes = node.readUInt16LE(6);
  requireBytes(node, NODE_HEADER_BYTES + keyBytes);
  return node.readUInt16LE(0) + node.readUInt16LE(2) * 2 ** 16 + node.readUInt16LE(4) * 2 ** 32;
}

function readEntry(node: Buffer): Entry {
  const bytes = node.readUInt16LE(0) + node.readUInt16LE(2) * 2 ** 16;
  const flags = node.readUInt16LE(4);
  const start = NODE_HEADER_BYTES + node.readUInt16LE(6);
  requireBytes(node, start);
  const key = node.subarray(NODE_HEADER_BYTES, start);
  if (flags === NODE.overflow) {
    requireBytes(node, start + OVERFLOW_BYTES);
    return { key, kind: 'overflow', page: numberAt(node, start), pages: numberAt(node, start + 16), bytes };
  }
  requireBytes(node, start + bytes);
  const value = node.subarray(start, start + bytes);
  if (flags === 0) return { key, kind: 'value', value };
  if (flags !== NODE.table || bytes !== TABLE_BYTES) throw new RangeError('flags that no entry has');
  return { key, kind: 'table', tree: readTree(value) };
}

function readTree(table: Buffer): Tree {
  const root = table.readBigUInt64LE(40);
  return root === NO_PAGE ? { depth: 0, root: 0 } : { depth: table.readUInt16LE(6), root: Number(root) };
}

function flagsOf(page: Buffer): number {
  return page.readUInt16LE(18);
}

function numberAt(bytes: Buffer, offset: number): number {
  return Number(bytes.readBigUInt64LE(offset));
}

function requireBytes(node: Buffer, bytes: number): void {
  if (node.length < bytes) throw new RangeError('outside');
}
