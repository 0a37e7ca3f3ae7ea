import { hash } from 'node:crypto';
import { LruMap } from './lru-map.js';
import { SeriesWriter, type Tags } from './series-writer.js';
import { stretchAt, type Timed, valuesAt } from './timed.js';

/** How many participants' series are kept written out; those of others are written anew with each event. */
const KEPT = 3_000;

/** Longer keys are kept as hashes. */
const LONGEST_KEY = 400;

type Kept = {
  readonly known: Timed;
  readonly from: number;
  readonly until: number;
  readonly writer: SeriesWriter;
};

/** Gives the series writer for a participant at a moment; reuses it until something new is learned of them. */
export class SeriesWriters {
  readonly #kept = new LruMap<string, Kept>(KEPT);
  readonly #contextTags: readonly string[];

  constructor(contextTags: readonly string[]) {
    this.#contextTags = contextTags;
  }

  /** @param known everything known of the participant; the same object again means that nothing is new */
  at(longKey: string, known: Timed, moment: number, identity: Tags): SeriesWriter {
    const key = longKey.length <= LONGEST_KEY ? longKey : hash('sha256', longKey, 'hex');
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.known === known && moment >= kept.from && moment < kept.until)
      return kept.writer;
    const values = valuesAt(known, moment);
    const byAddress = values['location_by_address'];
    if (byAddress !== undefined) values['location'] ??= byAddress;
    const writer = new SeriesWriter(identity, values, this.#contextTags);
    this.#kept.set(key, { known, ...stretchAt(known, moment), writer });
    return writer;
  }
}
