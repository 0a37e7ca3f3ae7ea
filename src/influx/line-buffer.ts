import { giveMemoryBack, takeMemory } from './line-memory.js';

/** UTF-8 takes three bytes at most for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;

const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;

/** More than a number takes that is written digit by digit. */
const LONGEST_NUMBER = 16;

/** Whole numbers below this are written digit by digit, as small integers of the machine. */
const SMALL = 1_000_000_000;

/**
 * Memory that grows while bytes are put behind one another. Numbers and names of fields are copied byte by byte: they are so short that
 * making texts of them costs more than what is done with these.
 */
export class LineBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  readonly #leastBytes: number;

  /** @param leastBytes how much memory is taken for the first of what is put in */
  constructor(leastBytes: number) {
    this.#leastBytes = leastBytes;
  }

  /** What was put in; its first {@link length} bytes. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Takes back what was put in last. */
  cutTo(length: number): void {
    this.#length = length;
  }

  /** Gives the memory back; nothing is left in it. */
  free(): void {
    giveMemoryBack(this.#bytes);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
  }

  putByte(byte: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** Puts in a text as UTF-8. */
  putText(text: string): void {
    this.#makeRoom(text.length * BYTES_PER_UNIT);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Puts in a few bytes. */
  putBytes(few: Uint8Array): void {
    this.#makeRoom(few.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < few.length; index += 1) bytes[at++] = few[index] as number;
    this.#length = at;
  }

  /** Puts in a number as `String` writes it. */
  putNumber(value: number): void {
    const size = Math.abs(value);
    const hundredths = Math.round(size * 100);
    if (size < SMALL && hundredths / 100 === size) this.#putHundredths(value < 0, hundredths);
    else this.putText(String(value));
  }

  /** A number with so few digits has one shortest way to be written, and this is it. */
  #putHundredths(isNegative: boolean, hundredths: number): void {
    this.#makeRoom(LONGEST_NUMBER);
    if (isNegative) this.#put(MINUS);
    const whole = Math.floor(hundredths / 100);
    this.#putWhole(whole);
    const rest = hundredths - whole * 100;
    if (rest === 0) return;
    this.#put(POINT);
    const tenths = Math.floor(rest / 10);
    this.#put(ZERO + tenths);
    if (rest !== tenths * 10) this.#put(ZERO + rest - tenths * 10);
  }

  #putWhole(whole: number): void {
    let digits = 1;
    for (let limit = 10; whole >= limit; limit *= 10) digits += 1;
    let rest = whole;
    for (let at = this.#length + digits - 1; at >= this.#length; at -= 1) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += digits;
  }

  /** Where room was made. */
  #put(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #makeRoom(most: number): void {
    if (this.#length + most <= this.#bytes.length) return;
    const larger = takeMemory(Math.max(this.#leastBytes, this.#bytes.length * 2, this.#length + most));
    this.#bytes.copy(larger, 0, 0, this.#length);
    giveMemoryBack(this.#bytes);
    this.#bytes = larger;
  }
}
