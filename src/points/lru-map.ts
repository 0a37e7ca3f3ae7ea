/**
 * A map of bounded size that forgets what was not used for long. What is used stands in the younger of two halves; when that is full it
 * becomes the older one, and what was not used since goes. So a look costs no more than in a map without bounds.
 */
export class LruMap<Key, Value> {
  #younger = new Map<Key, Value>();
  #older = new Map<Key, Value>();
  readonly #half: number;

  /** @param limit how many entries are held at most; those used last, half as many, always are */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  get(key: Key): Value | undefined {
    const value = this.#younger.get(key);
    if (value !== undefined) return value;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    if (this.#younger.size >= this.#half && !this.#younger.has(key)) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(key, value);
  }

  delete(key: Key): void {
    this.#younger.delete(key);
    this.#older.delete(key);
  }

  clear(): void {
    this.#younger.clear();
    this.#older.clear();
  }
}
