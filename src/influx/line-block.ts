import type { FieldSet } from '../points/field-set.js';
import { isWritten, quotedText } from '../points/line.js';
import type { Point } from '../points/point-set.js';
import type { LinePrecision } from './influx-writer.js';
import { type BatchLine, measurementOf, precisionOfTime } from './line-batch.js';
import { LineBuffer } from './line-buffer.js';
import { giveMemoryBack, MOST_KEPT_BYTES, takeMemory } from './line-memory.js';

/** The first piece of memory, where it is not known yet how long batches are; doubled whenever it is full. */
const FIRST_BYTES = 16 * 1024;

/** What the block before came to need: the next one mostly needs as much. */
let usualBytes = FIRST_BYTES;

/** Fewer lines than these are one request. */
const TWO_REQUESTS_FROM = 1_000;

/** More bytes than a time takes with what stands around it: a double may have 24 characters. */
const LONGEST_TIME = 32;

const BLANK = 0x20;
const COMMA = 0x2c;

/** Lines that are sent in one request. */
export type LinePart = {
  /** The lines with their times in `precision`, UTF-8. */
  readonly bytes: Buffer;
  /** The coarsest precision that keeps the times. */
  readonly precision: LinePrecision;
  /** The lines one by one. */
  lines(): readonly BatchLine[];
};

/**
 * Of each line where it ends, its time, the sequence number of its event, and the place of its measurement. The lists are used again, as
 * long as they are, by the next block: grown anew for each batch they would live just long enough to be copied about.
 */
type Notes = { readonly [Key in 'ends' | 'times' | 'seqs' | 'kinds']: number[] };

const newNotes = (): Notes => ({ ends: [], times: [], seqs: [], kinds: [] });
const spareNotes: Notes[] = [];
const MOST_SPARE_NOTES = 3;

/** Longer lists are not kept. */
const MOST_KEPT_LINES = 50_000;

/**
 * The lines of a batch, in one piece of memory outside of the heap: thousands of lines kept as texts until InfluxDB has answered
 * cost more for the garbage collector than for whoever writes them.
 */
export class LineBlock {
  /** The lines without their times, one behind the other. */
  readonly #text = new LineBuffer(usualBytes);
  #notes = spareNotes.pop() ?? newNotes();
  #count = 0;
  readonly #measurements: string[] = [];
  #parts: readonly LinePart[] | undefined;
  /** What the parts lie in. */
  readonly #memory: Buffer[] = [];

  static of(lines: readonly BatchLine[] | LineBlock): LineBlock {
    if (lines instanceof LineBlock) return lines;
    const block = new LineBlock();
    for (const line of lines) block.add(line);
    return block;
  }

  static ofPoints(points: readonly Point[], seq: number): LineBlock {
    const block = new LineBlock();
    block.addPoints(points, seq);
    return block;
  }

  /** How many lines there are. */
  get length(): number {
    return this.#count;
  }

  /** How many lines there are of each measurement. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#countKinds().map((count, kind) => [this.#measurements[kind] ?? '', count]),
    );
  }

  add({ text, time, seq, measurement = measurementOf(text) }: BatchLine): void {
    this.#text.putText(text);
    this.#note(measurement, time, seq);
  }

  /** Adds the lines of an event's points; one of which nothing is left after cleaning is none. */
  addPoints(points: readonly Point[], seq: number): void {
    for (const { measurement, series, fields, time } of points) {
      const start = this.#text.length;
      this.#text.putText(series);
      if (this.#putFields(fields)) this.#note(measurement, time, seq);
      else this.#text.cutTo(start);
    }
  }

  /** @returns whether there is any */
  #putFields(fields: FieldSet): boolean {
    const { labels } = fields;
    let separator = BLANK;
    for (let place = 0; place < labels.length; place += 1) {
      const value = fields.valueAt(place);
      const label = labels[place];
      if (value === undefined || label === undefined || !isWritten(value)) continue;
      this.#text.putByte(separator);
      this.#text.putBytes(label);
      if (typeof value === 'number') this.#text.putNumber(value);
      else this.#text.putText(quotedText(value) ?? '');
      separator = COMMA;
    }
    return separator === COMMA;
  }

  #note(measurement: string, time: number, seq: number): void {
    const { ends, times, seqs, kinds } = this.#notes;
    const known = this.#measurements.indexOf(measurement);
    ends[this.#count] = this.#text.length;
    times[this.#count] = time;
    seqs[this.#count] = seq;
    kinds[this.#count] = known >= 0 ? known : this.#measurements.push(measurement) - 1;
    this.#count += 1;
    this.#parts = undefined;
  }

  #countKinds(): number[] {
    const counts = this.#measurements.map(() => 0);
    for (let index = 0; index < this.#count; index += 1) {
      const kind = this.#notes.kinds[index] ?? 0;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  /**
   * What is sent, made once: many lines as two requests that go at the same time, since InfluxDB works on one request with little more
   * than one core. Lines of one measurement stay together in their order, so that no two requests touch the same point.
   */
  parts(): readonly LinePart[] {
    if (this.#parts === undefined) {
      usualBytes = Math.min(MOST_KEPT_BYTES, Math.max(FIRST_BYTES, Math.ceil(this.#text.length * 1.1)));
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
    const { ends, times } = this.#notes;
    const isIn = (index: number) => kinds.has(this.#notes.kinds[index] ?? -1);
    let precision: LinePrecision = 's';
    let size = 0;
    for (let index = 0; index < this.length; index += 1) {
      if (!isIn(index)) continue;
      if (precisionOfTime(times[index] ?? 0) === 'ms') precision = 'ms';
      size += (ends[index] ?? 0) - (ends[index - 1] ?? 0) + LONGEST_TIME;
    }
    return {
      bytes: this.#body(isIn, size, precision),
      precision,
      lines: () => this.toLines().filter((_line, index) => isIn(index)),
    };
  }

  #body(isIn: (index: number) => boolean, size: number, precision: LinePrecision): Buffer {
    const divisor = precision === 's' ? 1000 : 1;
    const { bytes } = this.#text;
    const { ends, times } = this.#notes;
    const body = takeMemory(size);
    this.#memory.push(body);
    let at = 0;
    let time: number | undefined;
    let end = Buffer.alloc(0);
    for (let index = 0; index < this.length; index += 1) {
      if (!isIn(index)) continue;
      at += bytes.copy(body, at, ends[index - 1] ?? 0, ends[index] ?? 0);
      const own = times[index] ?? 0;
      // Most lines have the time of the one before.
      if (own !== time) end = Buffer.from(` ${own / divisor}\n`);
      time = own;
      for (let place = 0; place < end.length; place += 1) body[at++] = end[place] as number;
    }
    return body.subarray(0, Math.max(0, at - 1));
  }

  #lineAt(index: number): BatchLine {
    const { ends, times, seqs } = this.#notes;
    return {
      text: this.#text.bytes.toString('utf8', ends[index - 1] ?? 0, ends[index] ?? 0),
      time: times[index] ?? 0,
      seq: seqs[index] ?? 0,
    };
  }

  /** Gives the memory back once nobody needs the lines or the parts any more: there are none from then on. */
  free(): void {
    this.#text.free();
    for (const piece of this.#memory.splice(0)) giveMemoryBack(piece);
    this.#parts = [];
    if (this.#notes.ends.length <= MOST_KEPT_LINES && spareNotes.length < MOST_SPARE_NOTES)
      spareNotes.push(this.#notes);
    this.#notes = newNotes();
    this.#count = 0;
    this.#measurements.length = 0;
  }

  /** The lines one by one. */
  toLines(): BatchLine[] {
    return Array.from({ length: this.#count }, (_, index) => this.#lineAt(index));
  }
}
