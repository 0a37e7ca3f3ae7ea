const UINT32 = 2 ** 32;

/** A seeded source of chance (mulberry32): the same seed gives the same sequence on every machine. */
export class Random {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** An independent source for one purpose, so that drawing more in one place moves nothing elsewhere. */
  fork(purpose: string): Random {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
    return new Random(Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d));
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / UINT32;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next());
  }

  /** True in `share` of the draws. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Roughly normal with mean 0 and deviation 1, within ±3; the sum of three draws is near enough here. */
  normal(): number {
    return 2 * (this.next() + this.next() + this.next() - 1.5);
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(list.length * this.next())];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** Picks by weight: `[[3, 'often'], [1, 'seldom']]`. */
  pickWeighted<T>(list: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.next() * list.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of list) {
      left -= weight;
      if (left < 0) return item;
    }
    return this.pick(list)[1];
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) bytes[i] = this.whole(0, 255);
    return bytes;
  }
}
