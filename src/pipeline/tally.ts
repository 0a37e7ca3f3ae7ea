import { createHash } from 'node:crypto';
import type { Refusal } from '../influx/delivery.js';
import { type BatchLine, measurementOf } from '../influx/line-batch.js';
import { LineBlock } from '../influx/line-block.js';
import type { Worked } from './work.js';

/** What the writer has done since its start, in numbers; plain data that can be sent between threads. */
export type TallySnapshot = {
  /** Points written, by measurement. */
  readonly points: Readonly<Record<string, number>>;
  /** Events that were left out whole, by reason: ignored and quarantined ones. */
  readonly events: Readonly<Record<string, number>>;
  /** Parts of events that were left out, by reason. */
  readonly omissions: Readonly<Record<string, number>>;
  /** Lines that InfluxDB refused, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Fields not written because a later event had already written them. */
  readonly superseded: number;
  readonly batches: number;
  /** Different points written, by measurement; only where they are told apart. */
  readonly distinct: Readonly<Record<string, number>> | undefined;
};

/** Counts what the writer does. Every label is from a fixed list or a measurement's name. */
export class Tally {
  readonly #points: Record<string, number> = {};
  readonly #events: Record<string, number> = {};
  readonly #omissions: Record<string, number> = {};
  readonly #refusals: Record<string, number> = {};
  #superseded = 0;
  #batches = 0;
  readonly #distinct: Record<string, number> | undefined;
  readonly #told = new Set<string>();

  /** @param tellApart counts different points, too: the demo compares them with what it finds. Takes memory for each point. */
  constructor(tellApart = false) {
    this.#distinct = tellApart ? {} : undefined;
  }

  worked({ reason, omissions, superseded }: Omit<Worked, 'points'>): void {
    if (reason !== undefined) increase(this.#events, reason);
    for (const omission of omissions) increase(this.#omissions, omission.reason);
    this.#superseded += superseded;
  }

  delivered(lines: readonly BatchLine[] | LineBlock, refusals: readonly Refusal[]): void {
    this.#batches += 1;
    const block = LineBlock.of(lines);
    if (this.#distinct !== undefined) this.#tellApart(block.toLines(), refusals, this.#distinct);
    for (const [measurement, count] of Object.entries(block.counts))
      increase(this.#points, measurement, count);
    for (const { line, reason } of refusals) {
      increase(this.#points, measurementOf(line.text), -1);
      increase(this.#refusals, reason);
    }
  }

  #tellApart(
    lines: readonly BatchLine[],
    refusals: readonly Refusal[],
    distinct: Record<string, number>,
  ): void {
    const refused = new Set(refusals.map(({ line }) => `${line.text} ${line.time}`));
    for (const line of lines) {
      // The fields begin behind the first blank that no backslash escapes.
      const series = line.text.slice(0, line.text.search(/(?<!\\) /));
      const point = createHash('sha1').update(`${series} ${line.time}`).digest('base64');
      if (refused.has(`${line.text} ${line.time}`) || this.#told.has(point)) continue;
      this.#told.add(point);
      increase(distinct, measurementOf(line.text));
    }
  }

  snapshot(): TallySnapshot {
    return {
      points: { ...this.#points },
      events: { ...this.#events },
      omissions: { ...this.#omissions },
      refusals: { ...this.#refusals },
      superseded: this.#superseded,
      batches: this.#batches,
      distinct: this.#distinct === undefined ? undefined : { ...this.#distinct },
    };
  }
}

function increase(counts: Record<string, number>, label: string, by = 1): void {
  counts[label] = (counts[label] ?? 0) + by;
}
