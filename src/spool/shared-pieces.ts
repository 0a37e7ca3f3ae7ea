/** Seven ordinary events: one that is held for long while the others go keeps no more than this. */
const PIECE_BYTES = 16 * 1024;

/** What is longer than this has memory of its own. */
const LONGEST = PIECE_BYTES / 4;

/**
 * Copies bytes into pieces of memory that many copies share. Memory of its own for each costs several times the copying: it has to be
 * found, registered and given back by the garbage collector.
 */
export class SharedPieces {
  #piece = Buffer.alloc(0);
  #used = 0;

  /** A copy of the first bytes. A piece is freed once none of its copies is held any more. */
  copy(bytes: Uint8Array, length: number): Buffer {
    // A view first: what LMDB reads into says another `length` than it has.
    const wanted = new Uint8Array(bytes.buffer, bytes.byteOffset, length);
    if (length > LONGEST) return Buffer.from(wanted);
    if (this.#used + length > this.#piece.length) {
      this.#piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
      this.#used = 0;
    }
    const copy = this.#piece.subarray(this.#used, this.#used + length);
    copy.set(wanted);
    this.#used += length;
    return copy;
  }
}
