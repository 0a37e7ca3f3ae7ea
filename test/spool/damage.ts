import type { Random } from '../../src/simulator/random.js';

/** A way in which a file can be damaged; gives what becomes of its bytes. */
export type Damage = (bytes: Buffer, random: Random) => Buffer;

const PAGE_BYTES = 4096;

const noise = (length: number, random: Random) =>
  Buffer.from(Uint8Array.from({ length }, () => random.whole(0, 255)));

/** Puts other bytes into a page. */
const page =
  (content: Damage, which?: 'last'): Damage =>
  (bytes, random) => {
    const pages = bytes.length / PAGE_BYTES;
    const at = (which === 'last' ? pages - 1 : random.whole(0, pages - 1)) * PAGE_BYTES;
    return Buffer.concat([
      bytes.subarray(0, at),
      content(bytes, random).subarray(0, PAGE_BYTES),
      bytes.subarray(at + PAGE_BYTES),
    ]);
  };

const zeros = () => Buffer.alloc(PAGE_BYTES);
const ones = () => Buffer.alloc(PAGE_BYTES, 0xff);
const noisy: Damage = (_, random) => noise(PAGE_BYTES, random);
const another: Damage = (bytes, random) =>
  bytes.subarray(random.whole(0, bytes.length / PAGE_BYTES - 1) * PAGE_BYTES);

/** Damage that leaves nothing, or the beginning, of the file as it was: it has to be set aside. */
export const RUINS: Readonly<Record<string, Damage>> = {
  'that is empty': () => Buffer.alloc(0),
  'that is text': () => Buffer.from('this is no spool\n'.repeat(10_000)),
  'that is all zeros': (bytes) => Buffer.alloc(bytes.length),
  'that is all noise': (bytes, random) => noise(bytes.length, random),
  'whose first page is zeros': (bytes) => Buffer.concat([zeros(), bytes.subarray(PAGE_BYTES)]),
  'whose second page is noise': (bytes, random) =>
    Buffer.concat([bytes.subarray(0, PAGE_BYTES), noise(PAGE_BYTES, random), bytes.subarray(2 * PAGE_BYTES)]),
  'that ends after one page': (bytes) => bytes.subarray(0, PAGE_BYTES),
  'that ends half way': (bytes) => bytes.subarray(0, bytes.length / 2),
  'that ends within its last page': (bytes) => bytes.subarray(0, bytes.length - 1_000),
  'that is noise from the middle on': (bytes, random) =>
    Buffer.concat([bytes.subarray(0, bytes.length / 2), noise(bytes.length / 2, random)]),
};

/** Damage that may hit a page in use, a free one, or an event's text. */
export const WOUNDS: Readonly<Record<string, Damage>> = {
  'the last page is zeros': page(zeros, 'last'),
  'the last page is noise': page(noisy, 'last'),
  'a page is zeros': page(zeros),
  'a page is all ones': page(ones),
  'a page is noise': page(noisy),
  'a page has the content of another': page(another),
  'a few bytes are noise': (bytes, random) => {
    const at = random.whole(0, bytes.length - 513);
    const stretch = noise(random.whole(1, 512), random);
    return Buffer.concat([bytes.subarray(0, at), stretch, bytes.subarray(at + stretch.length)]);
  },
  'a bit is turned': (bytes, random) => {
    const changed = Buffer.from(bytes);
    const at = random.whole(0, bytes.length - 1);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.whole(0, 7));
    return changed;
  },
};
