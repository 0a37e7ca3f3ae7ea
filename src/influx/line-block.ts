import type { LinePrecision } from './influx-writer.js';
import { type BatchLine, measurementOf, precisionOfTime } from './line-batch.js';

/** The first piece of memory; doubled whenever it is full. */
const FIRST_BYTES = 16 * 1024;

/** UTF-8 takes three bytes at most for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;

const NEW_LINE = 0x0a;
const BLANK = 0x20;

/**
 * The lines of a batch, in one piece of memory outside of the heap: thousands of lines kept as texts until InfluxDB has answered
 * cost more for the garbage collector than for whoever writes them.
 */
export class LineBlock {
  /** The lines without their times, one behind the other. */
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #times: number[] = [];
  readonly #seqs: number[] = [];
  readonly #counts: Record<string, number> = {};
  #precision: LinePrecision = 's';

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
    return this.#counts;
  }

  /** The coarsest precision that keeps the times of these lines. */
  get precision(): LinePrecision {
    return this.#precision;
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
    if (precisionOfTime(time) === 'ms') this.#precision = 'ms';
    this.#counts[measurement] = (this.#counts[measurement] ?? 0) + 1;
  }

  #grow(most: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + most));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  /** All lines with their times in {@link precision}, as they are sent. */
  body(): string {
    const divisor = this.#precision === 's' ? 1000 : 1;
    const times = this.#times.map((time) => String(time / divisor));
    const between = times.reduce((sum, time) => sum + time.length + 2, 0);
    const body = Buffer.allocUnsafe(this.#length + between);
    let start = 0;
    let at = 0;
    for (const [index, end] of this.#ends.entries()) {
      at += this.#bytes.copy(body, at, start, end);
      body[at] = BLANK;
      at += 1 + body.write(times[index] ?? '', at + 1, 'latin1');
      body[at] = NEW_LINE;
      at += 1;
      start = end;
    }
    return body.toString('utf8', 0, Math.max(0, at - 1));
  }

  /** The lines one by one. */
  toLines(): BatchLine[] {
    return this.#ends.map((end, index) => ({
      text: this.#bytes.toString('utf8', this.#ends[index - 1] ?? 0, end),
      time: this.#times[index] ?? 0,
      seq: this.#seqs[index] ?? 0,
    }));
  }
}
