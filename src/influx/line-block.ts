import type { LinePrecision } from './influx-writer.js';
import { type BatchLine, measurementOf, precisionOfTime } from './line-batch.js';

/** The first piece of memory, where it is not known yet how long batches are; doubled whenever it is full. */
const FIRST_BYTES = 16 * 1024;

/** No more than this is taken beforehand, or kept to be used again. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/** What the block before came to need: the next one mostly needs as much. */
let usualBytes = FIRST_BYTES;

/** Where bodies are put together, one at a time. */
let scratch = Buffer.alloc(0);

function scratchOf(bytes: number): Buffer {
  if (bytes > MOST_KEPT_BYTES) return Buffer.allocUnsafe(bytes);
  if (bytes > scratch.length) scratch = Buffer.allocUnsafe(Math.min(MOST_KEPT_BYTES, bytes * 2));
  return scratch;
}

/** UTF-8 takes three bytes at most for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;

/** Fewer lines than these are one request. */
const TWO_REQUESTS_FROM = 1_000;

const NEW_LINE = 0x0a;
const BLANK = 0x20;

/** Lines that are sent in one request. */
export type LinePart = {
  /** The lines with their times in `precision`. */
  readonly body: string;
  /** The coarsest precision that keeps the times. */
  readonly precision: LinePrecision;
  /** The lines one by one. */
  lines(): readonly BatchLine[];
};

/**
 * The lines of a batch, in one piece of memory outside of the heap: thousands of lines kept as texts until InfluxDB has answered
 * cost more for the garbage collector than for whoever writes them.
 */
export class LineBlock {
  /** The lines without their times, one behind the other. */
  #bytes = Buffer.alloc(0);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #times: number[] = [];
  readonly #seqs: number[] = [];
  /** Of each line the place of its measurement in `#measurements`. */
  readonly #kinds: number[] = [];
  readonly #measurements: string[] = [];
  #parts: readonly LinePart[] | undefined;

  static of(lines: readonly BatchLine[] | LineBlock): LineBlock {
    if (lines instanceof LineBlock) return lines;
    const block = new LineBlock();
    block.addAll(lines);
    return block;
  }

  /** How many lines there are. */
  get length(): number {
    return this.#ends.length;
  }

  /** How many lines there are of each measurement. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#countKinds().map((count, kind) => [this.#measurements[kind] ?? '', count]),
    );
  }

  add(line: BatchLine): void {
    const most = line.text.length * BYTES_PER_UNIT;
    if (this.#length + most > this.#bytes.length) this.#grow(most);
    this.#note(line, this.#length + this.#bytes.write(line.text, this.#length));
  }

  /** Adds the lines of an event. */
  addAll(lines: readonly BatchLine[]): void {
    let texts = '';
    for (const { text } of lines) texts += text;
    const most = texts.length * BYTES_PER_UNIT;
    if (this.#length + most > this.#bytes.length) this.#grow(most);
    const bytes = this.#bytes.write(texts, this.#length);
    // Where all is ASCII, one write is as good as many: the lines' lengths are known.
    if (bytes === texts.length) for (const line of lines) this.#note(line, this.#length + line.text.length);
    else for (const line of lines) this.add(line);
  }

  #note({ text, time, seq, measurement = measurementOf(text) }: BatchLine, end: number): void {
    this.#length = end;
    this.#ends.push(end);
    this.#times.push(time);
    this.#seqs.push(seq);
    const known = this.#measurements.indexOf(measurement);
    this.#kinds.push(known >= 0 ? known : this.#measurements.push(measurement) - 1);
    this.#parts = undefined;
  }

  #grow(most: number): void {
    const larger = Buffer.allocUnsafe(Math.max(usualBytes, this.#bytes.length * 2, this.#length + most));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  #countKinds(): number[] {
    const counts = this.#measurements.map(() => 0);
    for (const kind of this.#kinds) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  /**
   * What is sent, made once: many lines as two requests that go at the same time, since InfluxDB works on one request with little more
   * than one core. Lines of one measurement stay together in their order, so that no two requests touch the same point.
   */
  parts(): readonly LinePart[] {
    if (this.#parts === undefined) {
      usualBytes = Math.min(MOST_KEPT_BYTES, Math.max(FIRST_BYTES, Math.ceil(this.#length * 1.1)));
      this.#parts = this.#halves().map((kinds) => this.#partOf(kinds));
    }
    return this.#parts;
  }

  /** All lines as one request. */
  whole(): LinePart {
    return this.#partOf(new Set(this.#measurements.keys()));
  }

  /** Shares the measurements out so that about as many lines are on either side. */
  #halves(): readonly ReadonlySet<number>[] {
    const counts = this.#countKinds();
    const kinds = [...counts.keys()];
    if (this.length < TWO_REQUESTS_FROM || kinds.length < 2) return [new Set(kinds)];
    const [left, right] = [new Set<number>(), new Set<number>()];
    let ahead = 0;
    for (const kind of kinds.sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0))) {
      const count = counts[kind] ?? 0;
      (ahead <= 0 ? left : right).add(kind);
      ahead += ahead <= 0 ? count : -count;
    }
    return [left, right];
  }

  #partOf(kinds: ReadonlySet<number>): LinePart {
    const indexes: number[] = [];
    let precision: LinePrecision = 's';
    for (const [index, kind] of this.#kinds.entries())
      if (kinds.has(kind)) {
        indexes.push(index);
        if (precisionOfTime(this.#times[index] ?? 0) === 'ms') precision = 'ms';
      }
    return {
      body: this.#body(indexes, precision),
      precision,
      lines: () => indexes.map((index) => this.#lineAt(index)),
    };
  }

  #body(indexes: readonly number[], precision: LinePrecision): string {
    const divisor = precision === 's' ? 1000 : 1;
    const times: string[] = [];
    let size = 0;
    for (const index of indexes) {
      const time = String((this.#times[index] ?? 0) / divisor);
      times.push(time);
      size += (this.#ends[index] ?? 0) - (this.#ends[index - 1] ?? 0) + time.length + 2;
    }
    const body = scratchOf(size);
    let at = 0;
    for (const [place, index] of indexes.entries()) {
      at += this.#bytes.copy(body, at, this.#ends[index - 1] ?? 0, this.#ends[index] ?? 0);
      body[at] = BLANK;
      at += 1 + body.write(times[place] ?? '', at + 1, 'latin1');
      body[at] = NEW_LINE;
      at += 1;
    }
    return body.toString('utf8', 0, Math.max(0, at - 1));
  }

  #lineAt(index: number): BatchLine {
    return {
      text: this.#bytes.toString('utf8', this.#ends[index - 1] ?? 0, this.#ends[index] ?? 0),
      time: this.#times[index] ?? 0,
      seq: this.#seqs[index] ?? 0,
    };
  }

  /** The lines one by one. */
  toLines(): BatchLine[] {
    return this.#ends.map((_end, index) => this.#lineAt(index));
  }
}
