/** So many places at the front may be empty before they are given back. */
const EMPTY_PLACES = 1_024;

/** A list that is quick to take from at the front and to add to near the end. */
export class Queue<Item> {
  #items: (Item | undefined)[] = [];
  #start = 0;

  get size(): number {
    return this.#items.length - this.#start;
  }

  get first(): Item | undefined {
    return this.#items[this.#start];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Puts an item behind the last one that is not after it. */
  insert(item: Item, isBefore: (left: Item, right: Item) => boolean): void {
    let low = this.#start;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#items[middle];
      if (other !== undefined && isBefore(item, other)) high = middle;
      else low = middle + 1;
    }
    if (low === this.#items.length) this.#items.push(item);
    else this.#items.splice(low, 0, item);
  }

  shift(): Item | undefined {
    const item = this.first;
    if (item === undefined) return undefined;
    // What has left is not to be kept alive by its empty place.
    this.#items[this.#start] = undefined;
    this.#start += 1;
    if (this.#start >= EMPTY_PLACES) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    return item;
  }

  /** Leaves out what a condition does not hold for. */
  keep(condition: (item: Item) => boolean): void {
    this.#items = this.#items.filter((item) => item !== undefined && condition(item));
    this.#start = 0;
  }
}
