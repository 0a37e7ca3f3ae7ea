import { Queue } from './queue.js';

/** Something that arrived: when it happened (ms), when it came (ms), and a text that settles ties where it is known already. */
export type Arrival<Item> = {
  readonly at: number;
  readonly receivedMs: number;
  readonly tieBreak?: string;
  readonly item: Item;
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
  /**
   * What is held, by place: lists of numbers are nothing to look after for the garbage collector. What has left stays in the list of
   * arrivals for a while, without its item.
   */
  readonly #at: number[] = [];
  readonly #receivedMs: number[] = [];
  readonly #tieBreaks: (string | undefined)[] = [];
  readonly #items: (Item | undefined)[] = [];
  readonly #freePlaces: number[] = [];
  /** Places, earliest happening first. Events mostly come in that order, so a new one goes in near the end. */
  readonly #byTime = new Queue<number>();
  readonly #byArrival = new Queue<number>();

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
    const place = this.#freePlaces.pop() ?? this.#at.length;
    this.#at[place] = at;
    this.#receivedMs[place] = receivedMs;
    this.#tieBreaks[place] = tieBreak;
    this.#items[place] = item;
    this.#byArrival.push(place);
    this.#byTime.insert(place, this.#isBefore);
  }

  readonly #isBefore = (left: number, right: number): boolean => {
    const [one, other] = [this.#at[left] ?? 0, this.#at[right] ?? 0];
    return one < other || (one === other && this.#tieBreak(left) < this.#tieBreak(right));
  };

  #tieBreak(place: number): string {
    const known = this.#tieBreaks[place];
    if (known !== undefined) return known;
    const item = this.#items[place];
    const made = item === undefined ? '' : this.#tieBreakOf(item);
    this.#tieBreaks[place] = made;
    return made;
  }

  #hasLeft(place: number): boolean {
    return this.#items[place] === undefined;
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
    const item = this.#items[next];
    this.#items[next] = undefined;
    this.#tieBreaks[next] = undefined;
    // An arrival that happened last of all stays in front through a whole backlog, and what has left must not pile up behind it.
    if (this.#byArrival.size > 2 * this.#byTime.size + MOST_LEFT)
      this.#byArrival.keep((place) => {
        const isHeld = !this.#hasLeft(place);
        if (!isHeld) this.#freePlaces.push(place);
        return isHeld;
      });
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

  #oldest(): number | undefined {
    for (;;) {
      const { first } = this.#byArrival;
      if (first === undefined || !this.#hasLeft(first)) return first;
      this.#byArrival.shift();
      this.#freePlaces.push(first);
    }
  }

  /** An arrival in the future means that the clock was set back: it is not held back for that. */
  #settledForMs(place: number, completeUntilMs: number): number {
    return Math.abs(completeUntilMs - (this.#receivedMs[place] ?? 0)) - this.#settleMs;
  }

  #isDue(place: number, completeUntilMs: number): boolean {
    return this.#settledForMs(place, completeUntilMs) >= 0 || this.#byTime.size > this.#limit / 2;
  }
}
