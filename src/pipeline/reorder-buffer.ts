/** Something that arrived: when it happened (ms), when it came (ms), and a text that settles ties. */
export type Arrival<Item> = {
  readonly at: number;
  readonly receivedMs: number;
  readonly tieBreak: string;
  readonly item: Item;
};

/**
 * Puts events that come within a short time of one another into the order in which they happened. An event is held back until
 * everything that came within `settleMs` after it is there; then it leaves, after whatever happened before it.
 * Holds `limit` events at most: while it is more than half full the oldest arrival is not held back.
 */
export class ReorderBuffer<Item> {
  readonly #settleMs: number;
  readonly #limit: number;
  /** Latest happening first, so that the next to leave is at the end. */
  readonly #byTime: Arrival<Item>[] = [];
  readonly #byArrival: Arrival<Item>[] = [];
  readonly #left = new Set<Arrival<Item>>();

  constructor(settleMs: number, limit: number) {
    this.#settleMs = settleMs;
    this.#limit = limit;
  }

  get size(): number {
    return this.#byTime.length;
  }

  get isFull(): boolean {
    return this.#byTime.length >= this.#limit;
  }

  push(arrival: Arrival<Item>): void {
    this.#byArrival.push(arrival);
    let low = 0;
    let high = this.#byTime.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#byTime[middle];
      if (other !== undefined && isBefore(arrival, other)) low = middle + 1;
      else high = middle;
    }
    this.#byTime.splice(low, 0, arrival);
  }

  /**
   * The next event to leave; undefined where all have to wait.
   *
   * @param completeUntilMs every event that came up to this moment has been pushed
   */
  take(completeUntilMs: number): Item | undefined {
    this.#forgetLeft();
    const oldest = this.#byArrival[0];
    if (oldest === undefined) return undefined;
    if (!this.#isDue(oldest, completeUntilMs)) return undefined;
    const next = this.#byTime.pop();
    if (next === undefined) return undefined;
    this.#left.add(next);
    return next.item;
  }

  /** An arrival in the future means that the clock was set back: it is not held back for that. */
  #isDue({ receivedMs }: Arrival<Item>, completeUntilMs: number): boolean {
    return Math.abs(completeUntilMs - receivedMs) >= this.#settleMs || this.#byTime.length > this.#limit / 2;
  }

  #forgetLeft(): void {
    let gone = 0;
    for (const arrival of this.#byArrival) {
      if (!this.#left.delete(arrival)) break;
      gone += 1;
    }
    if (gone > 0) this.#byArrival.splice(0, gone);
  }
}

function isBefore<Item>(left: Arrival<Item>, right: Arrival<Item>): boolean {
  return left.at < right.at || (left.at === right.at && left.tieBreak < right.tieBreak);
}
