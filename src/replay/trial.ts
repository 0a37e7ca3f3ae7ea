import { renderLine } from '../influx/line-batch.js';
import { type ParsedEvent, Worker } from '../pipeline/work.js';
import type { ContextStore } from '../points/context.js';
import { LruMap } from '../points/lru-map.js';
import type { PointMaker } from '../points/make-points.js';
import type { Timed } from '../points/timed.js';
import type { SeenEntry } from '../spool/seen.js';

/** What is remembered of earlier events at most, so that a trial of any length fits in memory. */
const KEPT_CONTEXTS = 100_000;
const KEPT_SEEN = 400_000;

/** What an event would become. */
export type TrialResult = {
  /** Points in line protocol, with times in milliseconds. */
  readonly lines: readonly string[];
  /** What would not be written, and why; undefined where all would be. */
  readonly leftOut: string | undefined;
};

/** Works on events as the bridge would, one after the other, and keeps nothing. What a bridge already knows is not looked at. */
export class Trial {
  readonly #worker: Worker;
  readonly #contexts = new LruMap<string, Timed>(KEPT_CONTEXTS);
  readonly #seen = new LruMap<string, SeenEntry>(KEPT_SEEN);

  constructor(maker: PointMaker) {
    this.#worker = new Worker(maker);
  }

  work(event: ParsedEvent): TrialResult {
    const context: ContextStore = this.#contexts;
    const { outcome, reason, lines, quarantine } = this.#worker.work(event, context, this.#seen);
    const name = event.name === '' ? 'a text without a name' : event.name;
    const told = lines.map((line) => renderLine(line, 'ms'));
    if (quarantine !== undefined) {
      const what = quarantine.kind === 'values' ? 'quarantined, a copy of' : 'quarantined';
      return { lines: told, leftOut: `${what} ${name}: ${quarantine.detail}` };
    }
    if (outcome === 'written') return { lines: told, leftOut: undefined };
    return { lines: told, leftOut: `${outcome} ${name}${reason === undefined ? '' : `: ${reason}`}` };
  }
}
