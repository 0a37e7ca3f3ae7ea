import type { Written } from '../points/supersede.js';
import { HASH_BYTES, type SeenEntry } from './seen.js';

const VERSION = 1;
const TIME_BYTES = 6;
const HEADER_BYTES = 1 + TIME_BYTES + 2;

/** What an event takes beside its series, and a series beside its name. */
const EVENT_BYTES = HASH_BYTES + 2 + 8;
const SERIES_BYTES = 8 + 4;
const BYTES_PER_UNIT = 3;

/** In the place of how many series an event wrote. */
const NOT_REMEMBERED = 0xffff;

let scratch = Buffer.allocUnsafeSlow(4_096);

/**
 * An entry of the seen-set as it lies in the spool: one byte version, six bytes time of arrival (ms since 1970), two bytes how many
 * events; of each its hash, two bytes how many series it wrote (65535 where that is not remembered), and if so `at` as a double, and
 * of each series its sum as a double, four bytes how long its name is, and the name in UTF-8.
 */
export function packSeen({ receivedMs, events }: SeenEntry): Buffer {
  scratch[0] = VERSION;
  scratch.writeUIntBE(Math.max(0, Math.floor(receivedMs)), 1, TIME_BYTES);
  scratch.writeUInt16BE(events.length, 1 + TIME_BYTES);
  let at = HEADER_BYTES;
  for (const { hash, written } of events) {
    makeRoom(at, EVENT_BYTES);
    scratch.write(hash, at, HASH_BYTES, 'latin1');
    at = scratch.writeUInt16BE(written?.names.length ?? NOT_REMEMBERED, at + HASH_BYTES);
    if (written === undefined) continue;
    at = scratch.writeDoubleBE(written.at, at);
    at = putAllSeries(written, at);
  }
  return Buffer.from(scratch.subarray(0, at));
}

function putAllSeries({ names, sums, usual }: Written, start: number): number {
  if (usual?.packed !== undefined) {
    makeRoom(start, usual.packed.length);
    return start + usual.packed.copy(scratch, start);
  }
  let at = start;
  for (const [place, name] of names.entries()) at = putSeries(name, sums[place] ?? 0, at);
  if (usual !== undefined) usual.packed = Buffer.from(scratch.subarray(start, at));
  return at;
}

function putSeries(name: string, sum: number, at: number): number {
  makeRoom(at, SERIES_BYTES + name.length * BYTES_PER_UNIT);
  const length = scratch.write(name, at + SERIES_BYTES);
  scratch.writeDoubleBE(sum, at);
  scratch.writeUInt32BE(length, at + 8);
  return at + SERIES_BYTES + length;
}

function makeRoom(used: number, bytes: number): void {
  if (used + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (used + bytes));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}

/**
 * Reverses {@link packSeen}; undefined for what another version has packed or the disk has damaged, which is like never having seen it.
 */
export function unpackSeen(packed: Buffer): SeenEntry | undefined {
  try {
    return unpack(packed);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @throws {RangeError} where the entry ends too early */
function unpack(packed: Buffer): SeenEntry | undefined {
  const receivedMs = whenSeen(packed);
  if (receivedMs === undefined) return undefined;
  const events: SeenEntry['events'][number][] = [];
  let at = HEADER_BYTES;
  for (let count = packed.readUInt16BE(1 + TIME_BYTES); count > 0; count -= 1) {
    const hash = packed.toString('latin1', at, at + HASH_BYTES);
    const series = packed.readUInt16BE(at + HASH_BYTES);
    at += HASH_BYTES + 2;
    if (series === NOT_REMEMBERED) {
      events.push({ hash });
      continue;
    }
    const written = { at: packed.readDoubleBE(at), names: [] as string[], sums: [] as number[] };
    at += 8;
    for (let place = 0; place < series; place += 1) {
      const end = at + SERIES_BYTES + packed.readUInt32BE(at + 8);
      written.sums.push(packed.readDoubleBE(at));
      written.names.push(packed.toString('utf8', at + SERIES_BYTES, end));
      at = end;
    }
    events.push({ hash, written });
  }
  return { receivedMs, events };
}

/** When the last event of a packed entry came, ms since 1970; undefined for what another version has packed. */
export function whenSeen(packed: Buffer): number | undefined {
  return packed[0] === VERSION && packed.length >= HEADER_BYTES
    ? packed.readUIntBE(1, TIME_BYTES)
    : undefined;
}
