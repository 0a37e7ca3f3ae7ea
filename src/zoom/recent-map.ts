import { copied } from './bounded.js';

/** Texts longer than this are worked out each time rather than kept. */
export const LONGEST_KEPT = 64;

/**
 * Keeps what was worked out for texts that come again and again. When it is full it starts anew, so it never holds more than
 * `limit` results.
 */
export class RecentMap<Key extends string, Value> {
  readonly #results = new Map<Key, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The result for a text; worked out where it is not known. Give the same `work` each time: making it anew costs as much. */
  get(key: Key, work: (key: Key) => Value): Value {
    const known = this.#results.get(key);
    if (known !== undefined || this.#results.has(key)) return known as Value;
    if (key.length > LONGEST_KEPT) return work(key);
    // The result may hold the key, too, and a key that was cut out of a longer text keeps that alive.
    const own = copied(key) as Key;
    const result = work(own);
    if (this.#results.size >= this.#limit) this.#results.clear();
    this.#results.set(own, result);
    return result;
  }
}
