import { promisify } from 'node:util';
import { crc32, deflateRaw, gunzip } from 'node:zlib';

/** Little is gained by higher levels, which cost a multiple. */
const LEVEL = 1;

/** A gzip header with one extra field, `QB`, that holds the length of the whole member. Source: RFC 1952, 2.3.1. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 8, 0, 0x51, 0x42, 4, 0]);
const LENGTH_BYTES = 4;
const TRAILER_BYTES = 8;

/** The bytes of a member that tell its length. */
export const HEAD_BYTES = HEADER.length + LENGTH_BYTES;

const compress = promisify(deflateRaw);
const decompress = promisify(gunzip);

/**
 * Packs bytes as a gzip member that says how long it is: a reader can tell one that was cut short from one that is damaged, check
 * each before it uses it, and find the next. Any program that reads gzip reads it, and several in a row.
 */
export async function packMember(bytes: Buffer): Promise<Buffer> {
  const packed = await compress(bytes, { level: LEVEL });
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(HEAD_BYTES + packed.length + TRAILER_BYTES);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length >>> 0, 4);
  return Buffer.concat([HEADER, length, packed, trailer]);
}

/** The length of the member that begins with these bytes; undefined where none of {@link packMember} does. */
export function memberLength(head: Buffer): number | undefined {
  if (head.length < HEAD_BYTES || !head.subarray(0, HEADER.length).equals(HEADER)) return undefined;
  const length = head.readUInt32LE(HEADER.length);
  return length >= HEAD_BYTES + TRAILER_BYTES ? length : undefined;
}

/** @throws the error of zlib where the member is damaged */
export async function unpackMember(member: Buffer): Promise<Buffer> {
  return await decompress(member);
}
