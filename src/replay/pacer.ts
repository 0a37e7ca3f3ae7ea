import { setTimeout as sleep } from 'node:timers/promises';

/** Shorter waits are put together: timers are no more exact than that. */
const SHORTEST_WAIT_MS = 5;

/** Keeps a pace of so many events a second. */
export class Pacer {
  readonly #msPerEvent: number;
  readonly #signal: AbortSignal;
  #nextAt: number | undefined;

  /** @param rate events a second; undefined: as fast as it goes */
  constructor(rate: number | undefined, signal: AbortSignal) {
    this.#msPerEvent = rate === undefined ? 0 : 1000 / rate;
    this.#signal = signal;
  }

  /** Resolves when it is the next event's turn. */
  async turn(): Promise<void> {
    if (this.#msPerEvent === 0) return;
    const now = performance.now();
    const at = Math.max(this.#nextAt ?? now, now - 1_000);
    this.#nextAt = at + this.#msPerEvent;
    if (at - now >= SHORTEST_WAIT_MS)
      await sleep(at - now, undefined, { signal: this.#signal }).catch(() => undefined);
  }
}
