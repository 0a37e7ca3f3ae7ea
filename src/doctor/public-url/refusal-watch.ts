import type { DoctorContext } from '../check.js';
import { askBridge } from '../running-bridge.js';

/**
 * Why the bridge refused the last request: a reason from its counters; `elsewhere` where it refused none, so that the answer came from
 * something in front of it; `unseen` where its private side can't be asked.
 */
export type Refusal =
  | { readonly kind: 'reason'; readonly reason: string }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'unseen' };

type Counts = { readonly accepted: number; readonly rejected: Readonly<Record<string, number>> };

/** Reads from the private side what becomes of the requests that are sent to the public one. */
export class RefusalWatch {
  readonly #settings: DoctorContext['settings'];
  readonly #signal: AbortSignal;
  #before: Counts | undefined;
  #acceptedAtFirst: number | undefined;

  constructor({ settings }: DoctorContext, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
  }

  /** Begins to count. */
  async start(): Promise<void> {
    this.#before = await this.#counts();
    this.#acceptedAtFirst = this.#before?.accepted;
  }

  /** What was refused since the start or since this was last asked. */
  async lastRefusal(): Promise<Refusal> {
    const before = this.#before;
    const after = await this.#counts();
    this.#before = after;
    if (before === undefined || after === undefined) return { kind: 'unseen' };
    const [most] = Object.entries(after.rejected)
      .map(([reason, count]) => ({ reason, more: count - (before.rejected[reason] ?? 0) }))
      .filter(({ more }) => more > 0)
      .sort((left, right) => right.more - left.more);
    return most === undefined ? { kind: 'elsewhere' } : { kind: 'reason', reason: most.reason };
  }

  /** How many events were accepted since the start; undefined where that can't be seen. */
  async accepted(): Promise<number | undefined> {
    const after = await this.#counts();
    return after === undefined || this.#acceptedAtFirst === undefined
      ? undefined
      : after.accepted - this.#acceptedAtFirst;
  }

  async #counts(): Promise<Counts | undefined> {
    const view = await askBridge(this.#settings, this.#signal);
    if (view.kind !== 'running') return undefined;
    const { counts, receiver } = view.status;
    return { accepted: counts.accepted, rejected: receiver.rejected };
  }
}
