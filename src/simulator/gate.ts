/** Lets a limited number in at a time, the others in the order in which they came. */
export class Gate {
  readonly #limit: number;
  readonly #queue: (() => void)[] = [];
  readonly #watchers: (() => void)[] = [];
  #inside = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  enter(): Promise<void> {
    if (this.#inside < this.#limit) {
      this.#inside++;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  leave(): void {
    const next = this.#queue.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#inside--;
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  /** Resolves when someone could enter at once. */
  async whenFree(): Promise<void> {
    while (this.#inside >= this.#limit) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }
}
