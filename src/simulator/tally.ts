import type { Posting } from './extras.js';
import type { Outcome, SenderCounts } from './sender.js';

/** What was posted and what became of it. The URL validation is not among the counts. */
export interface SimulationSummary {
  /** Events handed to the sender or written to the file, repeats included. */
  readonly posted: number;
  /** Events the receiver took, or lines written. */
  readonly accepted: number;
  readonly repeatedOnPurpose: number;
  /** Events that QSS does not have. */
  readonly unknownOnPurpose: number;
  /** Tries beyond each event's first. */
  readonly retried: number;
  readonly byEvent: Readonly<Record<string, number>>;
  /** Every try by HTTP status, `timeout` or error code. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Events that were not delivered, by outcome and last answer, such as `refused 401`. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Counts one simulation. */
export class Tally {
  readonly #byEvent: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};
  #posted = 0;
  #accepted = 0;
  #repeated = 0;
  #unknown = 0;

  countPosted({ event, isRepeat }: Posting): void {
    this.#posted++;
    this.#byEvent[event.event] = (this.#byEvent[event.event] ?? 0) + 1;
    if (isRepeat) this.#repeated++;
    if (event.event === 'user.presence_status_updated') this.#unknown++;
  }

  countAccepted(): void {
    this.#accepted++;
  }

  countOutcome({ result, answer }: Outcome): void {
    if (result === 'delivered') {
      this.#accepted++;
      return;
    }
    const label = `${result} ${answer.status ?? answer.reason}`;
    this.#errors[label] = (this.#errors[label] ?? 0) + 1;
  }

  summarize(sent?: Pick<SenderCounts, 'retried' | 'byStatus'>): SimulationSummary {
    return {
      posted: this.#posted,
      accepted: this.#accepted,
      repeatedOnPurpose: this.#repeated,
      unknownOnPurpose: this.#unknown,
      retried: sent?.retried ?? 0,
      byEvent: { ...this.#byEvent },
      byStatus: { ...sent?.byStatus },
      errors: { ...this.#errors },
    };
  }
}
