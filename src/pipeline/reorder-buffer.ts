import { Queue } from './queue.js';

/** Something that arrived: when it happened (ms), when it came (ms), and a text that settles ties. */
export type Arrival<Item> = {
  readonly at: number;
  readonly receivedMs: number;
  readonly tieBreak: string;
  readonly item: Item;
};

type Held<Item> = Arrival<Item> & { hasLeft: boolean };

/**
 * Puts events that come within a short time of one another into the order in which they happened. An event is held back until
 * everything that came within `settleMs` after it is there; then it leaves, after whatever happened before it.
 * Holds `limit` events at most: while it is more than half full the oldest arrival is not held back.
 */
export class ReorderBuffer<Item> {
  readonly #settleMs: number;
  readonly #limit: number;
  /** Earliest happening first. Events mostly come in that order, so a new one goes in near the end. */
  readonly #byTime = new Queue<Held<Item>>();
  readonly #byArrival = new Queue<Held<Item>>();

  constructor(settleMs: number, limit: number) {
    this.#settleMs = settleMs;
    this.#limit = limit;
  }

  get size(): number {
    return this.#byTime.size;
  }

  get isFull(): boolean {
    return this.#byTime.size >= this.#limit;
  }

  push(arrival: Arrival<Item>): void {
    const held = { ...arrival, hasLeft: false };
    this.#byArrival.push(held);
    this.#byTime.insert(held, isBefore);
  }

  /**
   * The next event to leave; undefined where all have to wait.
   *
   * @param completeUntilMs every event that came up to this moment has been pushed
   */
  take(completeUntilMs: number): Item | undefined {
    while (this.#byArrival.first?.hasLeft === true) this.#byArrival.shift();
    const oldest = this.#byArrival.first;
    if (oldest === undefined || !this.#isDue(oldest, completeUntilMs)) return undefined;
    const next = this.#byTime.shift();
    if (next === undefined) return undefined;
    next.hasLeft = true;
    return next.item;
  }

  /** An arrival in the future means that the clock was set back: it is not held back for that. */
  #isDue({ receivedMs }: Arrival<Item>, completeUntilMs: number): boolean {
    return Math.abs(completeUntilMs - receivedMs) >= this.#settleMs || this.#byTime.size > this.#limit / 2;
  }
}

function isBefore<Item>(left: Arrival<Item>, right: Arrival<Item>): boolean {
  return left.at < right.at || (left.at === right.at && left.tieBreak < right.tieBreak);
}
