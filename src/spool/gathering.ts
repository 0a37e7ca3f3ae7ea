/** No event waits longer than this for others that are stored with it, ms. */
const GATHER_MS = 10;

/** How much of the most that was under way at once counts after one more commit. */
const FADING = 0.98;

/**
 * Decides when the next commit begins. Each one writes a dozen pages of the disk and flushes it, however few events it holds; where
 * events come faster than that they wait a moment for one another. For how many is told by how many were under way at once lately: half
 * of them, so that senders who wait for their answers before they send more are never waited for. Whoever sends one event after the
 * other does not wait, but for a while after many came at once.
 */
export class Gathering {
  #most = 0;
  #begunAt = Number.NEGATIVE_INFINITY;
  #begin: (() => void) | undefined;
  readonly #clock: () => number;

  /** @param clock milliseconds since whenever; for tests */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /**
   * Resolves when a commit is to begin.
   *
   * @param waiting how many events wait for it
   */
  async until(waiting: number): Promise<void> {
    const leftMs = this.#begunAt + GATHER_MS - this.#clock();
    if (!this.#isEnough(waiting) && leftMs > 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#begin = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#begin = undefined;
    this.#begunAt = this.#clock();
  }

  /** Told of every event that comes. */
  came(waiting: number): void {
    if (this.#begin !== undefined && this.#isEnough(waiting)) this.#begin();
  }

  /** Told of every commit that has ended, and how many came meanwhile. */
  ended(stored: number, waiting: number): void {
    this.#most = Math.max(this.#most * FADING, stored + waiting);
  }

  #isEnough(waiting: number): boolean {
    return waiting >= this.#most / 2;
  }
}
