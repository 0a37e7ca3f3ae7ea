import { Queue } from './queue.js';

/** Something that arrived: when it happened (ms), when it came (ms), a text that settles ties, and how much memory it takes (bytes). */
export type Arrival<Item> = {
  readonly at: number;
  readonly receivedMs: number;
  readonly tieBreak: string;
  readonly bytes?: number;
  readonly item: Item;
};

/** What has left stays in the list of arrivals for a while, without its item. */
type Held<Item> = Omit<Arrival<Item>, 'item'> & { item: Item | undefined; hasLeft: boolean };

/** So many arrivals that have left may stay listed, however few are held. */
const MOST_LEFT = 1_000;

/**
 * Puts events that come within a short time of one another into the order in which they happened. An event is held back until
 * everything that came within `settleMs` after it is there; then it leaves, after whatever happened before it.
 * Holds `limit` events and `limitBytes` at most, and one event whatever its size: while it is more than half full the oldest arrival
 * is not held back.
 */
export class ReorderBuffer<Item> {
  readonly #settleMs: number;
  readonly #limit: number;
  readonly #limitBytes: number;
  #bytes = 0;
  /** Earliest happening first. Events mostly come in that order, so a new one goes in near the end. */
  readonly #byTime = new Queue<Held<Item>>();
  readonly #byArrival = new Queue<Held<Item>>();

  constructor(settleMs: number, limit: number, limitBytes = Number.POSITIVE_INFINITY) {
    this.#settleMs = settleMs;
    this.#limit = limit;
    this.#limitBytes = limitBytes;
  }

  get size(): number {
    return this.#byTime.size;
  }

  /** How many arrivals are listed, those among them that have left. */
  get listed(): number {
    return this.#byArrival.size;
  }

  get isFull(): boolean {
    return this.#byTime.size >= this.#limit || this.#bytes >= this.#limitBytes;
  }

  push(arrival: Arrival<Item>): void {
    const { at, receivedMs, tieBreak, bytes = 0, item } = arrival;
    const held = { at, receivedMs, tieBreak, bytes, item, hasLeft: false };
    this.#byArrival.push(held);
    this.#byTime.insert(held, isBefore);
    this.#bytes += bytes;
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
    this.#bytes -= next.bytes ?? 0;
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
    return (
      this.#settledForMs(held, completeUntilMs) >= 0 ||
      this.#byTime.size > this.#limit / 2 ||
      this.#bytes > this.#limitBytes / 2
    );
  }
}

type Moment = { readonly at: number; readonly tieBreak: string };

function isBefore(left: Moment, right: Moment): boolean {
  return left.at < right.at || (left.at === right.at && left.tieBreak < right.tieBreak);
}
