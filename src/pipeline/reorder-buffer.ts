import { Queue } from './queue.js';

/** Something that arrived: when it happened (ms), when it came (ms), and a text that settles ties where it is known already. */
export type Arrival<Item> = {
  readonly at: number;
  readonly receivedMs: number;
  readonly tieBreak?: string;
  readonly item: Item;
};

/** What has left stays in the list of arrivals for a while, without its item. */
type Held<Item> = {
  readonly at: number;
  readonly receivedMs: number;
  tieBreak: string | undefined;
  item: Item | undefined;
  hasLeft: boolean;
};

/** So many arrivals that have left may stay listed, however few are held. */
const MOST_LEFT = 1_000;

/**
 * Puts events that come within a short time of one another into the order in which they happened. An event is held back until
 * everything that came within `settleMs` after it is there; then it leaves, after whatever happened before it.
 * Holds `limit` events at most: while it is more than half full the oldest arrival is not held back.
 */
export class ReorderBuffer<Item> {
  readonly #settleMs: number;
  readonly #limit: number;
  readonly #tieBreakOf: (item: Item) => string;
  /** Earliest happening first. Events mostly come in that order, so a new one goes in near the end. */
  readonly #byTime = new Queue<Held<Item>>();
  readonly #byArrival = new Queue<Held<Item>>();

  /** @param tieBreakOf works out the text that settles ties; asked only of what happened at the same moment as something else */
  constructor(settleMs: number, limit: number, tieBreakOf: (item: Item) => string = () => '') {
    this.#settleMs = settleMs;
    this.#limit = limit;
    this.#tieBreakOf = tieBreakOf;
  }

  get size(): number {
    return this.#byTime.size;
  }

  /** How many arrivals are listed, those among them that have left. */
  get listed(): number {
    return this.#byArrival.size;
  }

  get isFull(): boolean {
    return this.#byTime.size >= this.#limit;
  }

  push({ at, receivedMs, tieBreak, item }: Arrival<Item>): void {
    const held: Held<Item> = { at, receivedMs, tieBreak, item, hasLeft: false };
    this.#byArrival.push(held);
    this.#byTime.insert(held, this.#isBefore);
  }

  readonly #isBefore = (left: Held<Item>, right: Held<Item>): boolean =>
    left.at < right.at || (left.at === right.at && this.#tieBreak(left) < this.#tieBreak(right));

  #tieBreak(held: Held<Item>): string {
    held.tieBreak ??= held.item === undefined ? '' : this.#tieBreakOf(held.item);
    return held.tieBreak;
  }

  /**
   * The next event to leave; undefined where all have to wait.
   *
   * @param completeUntilMs every event that came up to this moment has been pushed
   */
  take(completeUntilMs: number): Item | undefined {
    const oldest = this.#oldest();
    if (oldest === undefined || !this.#isDue(oldest, completeUntilMs)) return undefined;
    const next = this.#byTime.shift();
    if (next === undefined) return undefined;
    next.hasLeft = true;
    const { item } = next;
    next.item = undefined;
    // An arrival that happened last of all stays in front through a whole backlog, and what has left must not pile up behind it.
    if (this.#byArrival.size > 2 * this.#byTime.size + MOST_LEFT)
      this.#byArrival.keep((held) => !held.hasLeft);
    return item;
  }

  /**
   * How long the oldest arrival could have left already, ms; below 0 where nothing is held, or nothing is to leave yet.
   *
   * @param completeUntilMs every event that came up to this moment has been pushed
   */
  overdueMs(completeUntilMs: number): number {
    const oldest = this.#oldest();
    return oldest === undefined ? -1 : this.#settledForMs(oldest, completeUntilMs);
  }

  #oldest(): Held<Item> | undefined {
    while (this.#byArrival.first?.hasLeft === true) this.#byArrival.shift();
    return this.#byArrival.first;
  }

  /** An arrival in the future means that the clock was set back: it is not held back for that. */
  #settledForMs({ receivedMs }: Held<Item>, completeUntilMs: number): number {
    return Math.abs(completeUntilMs - receivedMs) - this.#settleMs;
  }

  #isDue(held: Held<Item>, completeUntilMs: number): boolean {
    return this.#settledForMs(held, completeUntilMs) >= 0 || this.#byTime.size > this.#limit / 2;
  }
}
