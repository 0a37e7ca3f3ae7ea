/** Something that happened at a time; ms since 1970, unknown where it does not say. */
type Happened = { readonly at: number | undefined; readonly body: Buffer };

/** An hour of 300 people is 20,000 events or so. */
const MAX_EVENTS = 50_000;
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * Brings events into the order in which they happened, as far as that goes without holding all of them: Zoom's webhook logs begin
 * with the newest, and samples are worth more once the details of their participant are known.
 */
export class TimeWindow<Event extends Happened> {
  readonly #maxEvents: number;
  #held: { readonly event: Event; readonly at: number }[] = [];
  #bytes = 0;
  #lastAt = 0;

  constructor(maxEvents = MAX_EVENTS) {
    this.#maxEvents = maxEvents;
  }

  /** Takes one more, and gives those that have to leave for it. One without a time stays behind the one before it. */
  push(event: Event): readonly Event[] {
    this.#lastAt = event.at ?? this.#lastAt;
    this.#held.push({ event, at: this.#lastAt });
    this.#bytes += event.body.length;
    if (this.#held.length <= this.#maxEvents && this.#bytes <= MAX_BYTES) return [];
    return this.#leave(Math.ceil(this.#held.length / 2));
  }

  /** Gives what is left. */
  drain(): readonly Event[] {
    return this.#leave(this.#held.length);
  }

  #leave(count: number): readonly Event[] {
    this.#held.sort((left, right) => left.at - right.at);
    const leaving = this.#held.splice(0, count).map(({ event }) => event);
    for (const { body } of leaving) this.#bytes -= body.length;
    return leaving;
  }
}
