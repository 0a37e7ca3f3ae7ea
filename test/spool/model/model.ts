import { outcomeOf, type State, type Step, type StepResult } from './steps.js';

type Waiting = { readonly name: number; readonly bytes: number; readonly again: boolean };
type Item = { readonly kind: 'event' | 'values'; readonly seq: number; readonly event: Waiting };

/** The spool as it should be, in memory. */
export class Model {
  #lastSeq = 0;
  #lastItem = 0;
  #waiting = new Map<number, Waiting>();
  #plan: readonly number[] = [];
  #quarantine = new Map<number, Item>();
  #retry: readonly number[] = [];
  #seen = new Set<number>();
  readonly #outcomes = { written: 0, repeated: 0, ignored: 0, quarantined: 0 };

  copy(): Model {
    const copy = new Model();
    copy.#lastSeq = this.#lastSeq;
    copy.#lastItem = this.#lastItem;
    copy.#waiting = new Map(this.#waiting);
    copy.#plan = this.#plan;
    copy.#quarantine = new Map(this.#quarantine);
    copy.#retry = this.#retry;
    copy.#seen = new Set(this.#seen);
    Object.assign(copy.#outcomes, this.#outcomes);
    return copy;
  }

  /** @param result what the spool said; undefined where nobody knows, and everything is taken to have worked */
  apply(step: Step, result?: StepResult): this {
    switch (step.do) {
      case 'append':
        for (const [index, { name, bytes }] of step.events.entries()) {
          if (result?.stored?.[index] === false) continue;
          this.#lastSeq += 1;
          this.#waiting.set(this.#lastSeq, { name, bytes, again: false });
        }
        break;
      case 'plan':
        this.#plan = this.#first(step.count);
        break;
      case 'commit':
        for (const seq of this.#first(step.count)) this.#takeOut(seq);
        this.#plan = [];
        break;
      case 'ask_retry':
        this.#retry = [...new Set([...this.#retry, ...this.#quarantine.keys()])];
        break;
      case 'take_retries':
        for (const id of this.#retry) this.#takeBack(id);
        this.#retry = [];
        break;
      case 'drop': {
        const [oldest] = this.#quarantine.keys();
        if (oldest !== undefined) this.#quarantine.delete(oldest);
      }
    }
    return this;
  }

  #first(count: number): readonly number[] {
    return [...this.#waiting.keys()].sort((left, right) => left - right).slice(0, count);
  }

  #takeOut(seq: number): void {
    const event = this.#waiting.get(seq);
    if (event === undefined) return;
    this.#waiting.delete(seq);
    this.#seen.add(seq);
    const outcome = outcomeOf(seq);
    if (outcome === 'quarantined' || outcome === 'written_with_copy') {
      this.#lastItem += 1;
      const kind = outcome === 'quarantined' ? 'event' : 'values';
      this.#quarantine.set(this.#lastItem, { kind, seq, event });
    }
    this.#outcomes[outcome === 'written_with_copy' ? 'written' : outcome] += 1;
  }

  #takeBack(id: number): void {
    const item = this.#quarantine.get(id);
    if (item === undefined) return;
    this.#quarantine.delete(id);
    if (this.#waiting.has(item.seq)) return;
    this.#waiting.set(item.seq, { ...item.event, again: true });
    this.#outcomes[item.kind === 'event' ? 'quarantined' : 'written'] -= 1;
  }

  get waitingBytes(): number {
    return [...this.#waiting.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  state(): State {
    const taken = [...this.#seen].sort((left, right) => left - right);
    return {
      counts: { accepted: this.#lastSeq, ...this.#outcomes, waiting: this.#waiting.size },
      waiting: this.#first(Number.POSITIVE_INFINITY).map((seq) => {
        const { name, bytes, again } = this.#waiting.get(seq) ?? { name: 0, bytes: 0, again: false };
        return [seq, name, bytes, again] as const;
      }),
      plan: this.#plan,
      quarantine: [...this.#quarantine].map(([id, { kind, seq }]) => [id, kind, seq] as const),
      retry: this.#retry,
      seen: taken,
      context: taken,
    };
  }
}
