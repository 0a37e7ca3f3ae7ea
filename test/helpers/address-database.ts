import ipaddr from 'ipaddr.js';

/** What a record holds: text, numbers, and maps of these. */
export type RecordValue = string | number | boolean | { readonly [key: string]: RecordValue };

/** Kinds of values. Source: MaxMind DB file format specification 2.0, "Output Data Section". */
const TYPE = { text: 2, double: 3, map: 7, uint16: 5, uint32: 6, uint64: 9, list: 11, boolean: 14 } as const;

const METADATA_START = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');

/** A branch of the search tree; undefined leads to no record. */
type Branch = Node | { readonly record: number } | undefined;
type Node = { id: number; readonly sides: [Branch, Branch] };

/**
 * Makes a database in MaxMind's format, version 2.0, for IPv4 and IPv6, with 24-bit records.
 *
 * @param networks records by network; of two that overlap the longer has to come later
 */
export function makeAddressDatabase(
  databaseType: string,
  networks: Readonly<Record<string, RecordValue>>,
): Buffer {
  const root: Node = { id: 0, sides: [undefined, undefined] };
  const records: Buffer[] = [];
  let offset = 0;
  for (const [network, record] of Object.entries(networks)) {
    insert(root, bitsOf(network), { record: offset });
    const bytes = encode(record);
    records.push(bytes);
    offset += bytes.length;
  }
  const nodes = number(root);
  const pointer = (branch: Branch): number => {
    if (branch === undefined) return nodes.length;
    return 'record' in branch ? nodes.length + 16 + branch.record : branch.id;
  };
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, { sides }] of nodes.entries())
    for (const side of [0, 1] as const) tree.writeUIntBE(pointer(sides[side]), index * 6 + side * 3, 3);
  const metadata = encodeMap([
    ['node_count', encodeNumber(TYPE.uint32, nodes.length)],
    ['record_size', encodeNumber(TYPE.uint16, 24)],
    ['ip_version', encodeNumber(TYPE.uint16, 6)],
    ['database_type', encode(databaseType)],
    ['languages', Buffer.concat([head(TYPE.list, 1), encode('en')])],
    ['binary_format_major_version', encodeNumber(TYPE.uint16, 2)],
    ['binary_format_minor_version', encodeNumber(TYPE.uint16, 0)],
    ['build_epoch', encodeNumber(TYPE.uint64, 1_767_225_600)],
    ['description', encode({ en: 'made for a test' })],
  ]);
  return Buffer.concat([tree, Buffer.alloc(16), ...records, METADATA_START, metadata]);
}

/** IPv4 lies in the first 2^32 addresses of the tree. */
function bitsOf(network: string): (0 | 1)[] {
  const [address, prefix] = ipaddr.parseCIDR(network);
  const bits = address
    .toByteArray()
    .flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map((bit) => (bit === '1' ? 1 : 0)))
    .slice(0, prefix);
  return address.kind() === 'ipv4' ? [...new Array<0>(96).fill(0), ...bits] : bits;
}

function insert(root: Node, bits: readonly (0 | 1)[], leaf: Branch): void {
  let node = root;
  for (const [depth, bit] of bits.entries()) {
    if (depth === bits.length - 1) {
      node.sides[bit] = leaf;
      return;
    }
    const branch = node.sides[bit];
    // A record above a longer network holds for what is left beside that.
    const next: Node = branch !== undefined && 'id' in branch ? branch : { id: 0, sides: [branch, branch] };
    node.sides[bit] = next;
    node = next;
  }
}

function number(root: Node): Node[] {
  const nodes = [root];
  for (const node of nodes)
    for (const side of node.sides)
      if (side !== undefined && 'id' in side) {
        side.id = nodes.length;
        nodes.push(side);
      }
  return nodes;
}

function encode(value: RecordValue): Buffer {
  if (typeof value === 'boolean') return head(TYPE.boolean, value ? 1 : 0);
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0) return encodeNumber(TYPE.uint32, value);
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([head(TYPE.double, 8), bytes]);
  }
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([head(TYPE.text, bytes.length), bytes]);
  }
  return encodeMap(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
}

function encodeMap(entries: readonly (readonly [string, Buffer])[]): Buffer {
  return Buffer.concat([
    head(TYPE.map, entries.length),
    ...entries.flatMap(([key, value]) => [encode(key), value]),
  ]);
}

function encodeNumber(type: number, value: number): Buffer {
  const hex = value.toString(16);
  const bytes =
    value === 0 ? Buffer.alloc(0) : Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([head(type, bytes.length), bytes]);
}

/** Type and size; types from 8 on stand in a second byte, sizes from 29 on behind. */
function head(type: number, size: number): Buffer {
  const extended = type > 7;
  const more = size < 29 ? [] : size < 285 ? [size - 29] : [(size - 285) >> 8, (size - 285) & 255];
  const short = size < 29 ? size : 28 + more.length;
  return Buffer.from([((extended ? 0 : type) << 5) | short, ...(extended ? [type - 7] : []), ...more]);
}
