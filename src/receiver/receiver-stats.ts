import { knownEvent } from '../zoom/event-names.js';
import type { SignatureFault } from '../zoom/signature.js';

/** Why a request was not accepted; the fixed list of labels. */
export type RejectReason =
  | SignatureFault
  | 'auth_header_mismatch'
  | 'validation_unsigned'
  | 'validation_token_unusable'
  | 'not_an_event'
  | 'too_large'
  | 'too_busy'
  | 'encoding_unreadable'
  | 'encoding_unsupported'
  | 'body_incomplete'
  | 'storage';

/** What the receiver has seen since its start. Times are ms since 1970. */
export type ReceiverSnapshot = {
  readonly accepted: number;
  readonly bytes: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly lastEventAt: Readonly<Record<string, number>>;
  readonly lastAcceptedAt: number | undefined;
  readonly lastValidationAt: number | undefined;
  /** When a request was last refused, by reason. */
  readonly lastRejectedAt: Readonly<Record<string, number>>;
  /** Mean of arrival minus `event_ts` over the latest events, ms. */
  readonly delayMs: number | undefined;
};

/** Counts what comes in. */
export class ReceiverStats {
  readonly #rejected: Record<string, number> = {};
  readonly #lastRejectedAt: Record<string, number> = {};
  readonly #keepValidation: (at: number) => void;
  readonly #lastEventAt: Record<string, number> = {};
  #accepted = 0;
  #bytes = 0;
  #lastAcceptedAt: number | undefined;
  #lastValidationAt: number | undefined;
  #lastDelayMs: number | undefined;
  #delaySum = 0;
  #delayCount = 0;

  /**
   * @param lastValidationAt from before the start, where it is known
   * @param keepValidation keeps the time of a validation for the next start
   */
  constructor(lastValidationAt?: number, keepValidation: (at: number) => void = () => {}) {
    this.#lastValidationAt = lastValidationAt;
    this.#keepValidation = keepValidation;
  }

  accepted(name: string, bytes: number, delayMs: number | undefined, nowMs: number): void {
    this.#accepted += 1;
    this.#bytes += bytes;
    this.#lastAcceptedAt = nowMs;
    this.#lastEventAt[knownEvent(name) === undefined ? 'other' : name] = nowMs;
    if (delayMs === undefined) return;
    this.#delaySum += delayMs;
    this.#delayCount += 1;
  }

  rejected(reason: RejectReason, nowMs: number): void {
    this.#rejected[reason] = (this.#rejected[reason] ?? 0) + 1;
    this.#lastRejectedAt[reason] = nowMs;
  }

  validated(nowMs: number): void {
    this.#lastValidationAt = nowMs;
    this.#keepValidation(nowMs);
  }

  /** Mean delay since the last call; undefined where nothing came. */
  takeDelay(): number | undefined {
    const mean = this.#meanDelay();
    this.#lastDelayMs = mean ?? this.#lastDelayMs;
    this.#delaySum = 0;
    this.#delayCount = 0;
    return mean;
  }

  snapshot(): ReceiverSnapshot {
    return {
      accepted: this.#accepted,
      bytes: this.#bytes,
      rejected: { ...this.#rejected },
      lastEventAt: { ...this.#lastEventAt },
      lastAcceptedAt: this.#lastAcceptedAt,
      lastValidationAt: this.#lastValidationAt,
      lastRejectedAt: { ...this.#lastRejectedAt },
      delayMs: this.#meanDelay() ?? this.#lastDelayMs,
    };
  }

  #meanDelay(): number | undefined {
    return this.#delayCount === 0 ? undefined : this.#delaySum / this.#delayCount;
  }
}
