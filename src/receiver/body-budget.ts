import { BodyError } from './body-error.js';

/** Ordinary events are smaller than this and cost no allowance, so a flood of large bodies does not keep them out. */
const FREE_BYTES = 16 * 1024;

/** How much memory bodies take together of which nobody knows yet whether they are signed. */
export const BUDGET_BYTES = 128 * 1024 * 1024;

/** What one request has taken of the budget. */
export type Allowance = {
  /** @throws {BodyError} `too_busy` where the budget has no more; the sender is told to try again */
  take(bytes: number): void;
  /** Gives everything back. */
  close(): void;
};

/** Limits the memory that requests take before their signature is known to be right. */
export class BodyBudget {
  readonly #limit: number;
  #taken = 0;

  constructor(limit = BUDGET_BYTES) {
    this.#limit = limit;
  }

  open(): Allowance {
    let free = FREE_BYTES;
    let own = 0;
    return {
      take: (bytes) => {
        const charged = Math.max(0, bytes - free);
        free = Math.max(0, free - bytes);
        if (charged > 0 && this.#taken + charged > this.#limit)
          throw new BodyError('too_busy', 'too many large bodies at the same time');
        this.#taken += charged;
        own += charged;
      },
      close: () => {
        this.#taken -= own;
        own = 0;
      },
    };
  }
}
