import type { EventCounts } from '../spool/counts.js';

/** What the bridge did in the minute before `at`, and how much waited then. */
export type Minute = {
  readonly at: number;
  readonly accepted: number;
  readonly written: number;
  readonly quarantined: number;
  readonly waiting: number;
};

/** The status page shows an hour. */
const KEPT = 60;

/** Remembers the last hour, a minute at a time, so that the status page can draw it without a database. */
export class History {
  readonly #minutes: Minute[] = [];
  #before: EventCounts;

  /** @param counts how things stand at the start */
  constructor(counts: EventCounts) {
    this.#before = counts;
  }

  /** To be called once a minute. */
  note(at: number, counts: EventCounts): void {
    const before = this.#before;
    this.#before = counts;
    this.#minutes.push({
      at,
      accepted: counts.accepted - before.accepted,
      written: Math.max(0, counts.written - before.written),
      quarantined: Math.max(0, counts.quarantined - before.quarantined),
      waiting: counts.waiting,
    });
    if (this.#minutes.length > KEPT) this.#minutes.shift();
  }

  /** Oldest first. */
  minutes(): readonly Minute[] {
    return [...this.#minutes];
  }
}
