/** How far the scan of an object is; `at` counts from its beginning. */
export type ScanState =
  /** More bytes are needed. */
  | { readonly kind: 'more' }
  /** The object ends before `at`. */
  | { readonly kind: 'end'; readonly at: number }
  /** A list begins at `at`, right inside the object. */
  | { readonly kind: 'list'; readonly at: number }
  | { readonly kind: 'fault'; readonly problem: string };

const [QUOTE, BACKSLASH, NEWLINE] = [0x22, 0x5c, 0x0a];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE, COMMA, COLON] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c, 0x3a];

/**
 * Finds the end of a JSON object. It watches strings and brackets alone, as far as is needed to notice soon that a line was cut off
 * and another object follows; whether the rest is JSON is for the parser to say.
 */
export class ObjectScan {
  /** Line breaks passed so far. */
  line = 0;
  #at = 0;
  #inString = false;
  #escaped = false;
  /** The brackets that are open. */
  readonly #open: number[];
  /** The last byte that was no white space. */
  #before = 0;

  /** @param depth how many objects are open already where the scan begins */
  constructor(depth = 0) {
    this.#open = Array.from({ length: depth }, () => OPEN);
  }

  /** Goes on with the object's bytes from its beginning, of which those passed before are not looked at again. */
  read(bytes: Buffer): ScanState {
    while (this.#at < bytes.length) {
      const byte = bytes[this.#at] ?? 0;
      this.#at += 1;
      const state = this.#inString ? this.#string(byte) : this.#token(byte);
      if (state !== undefined) return state;
    }
    return { kind: 'more' };
  }

  #string(byte: number): ScanState | undefined {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    if (byte === NEWLINE) return { kind: 'fault', problem: 'a string is cut off by the end of its line' };
    return undefined;
  }

  #token(byte: number): ScanState | undefined {
    if (byte === NEWLINE) this.line += 1;
    if (byte <= 0x20) return undefined;
    const before = this.#before;
    this.#before = byte;
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        return undefined;
      case OPEN:
      case OPEN_LIST:
        return this.#enter(byte, before);
      case CLOSE:
      case CLOSE_LIST:
        return this.#leave(byte);
      default:
        return undefined;
    }
  }

  #enter(byte: number, before: number): ScanState | undefined {
    const inside = this.#open.at(-1);
    const fits =
      inside === undefined ||
      before === COLON ||
      (inside === OPEN_LIST && (before === COMMA || before === OPEN_LIST));
    if (!fits) return { kind: 'fault', problem: 'this object is cut off' };
    this.#open.push(byte);
    return byte === OPEN_LIST && this.#open.length === 2 ? { kind: 'list', at: this.#at - 1 } : undefined;
  }

  #leave(byte: number): ScanState | undefined {
    const opened = this.#open.pop();
    if ((byte === CLOSE) !== (opened === OPEN))
      return { kind: 'fault', problem: 'brackets do not fit together' };
    return this.#open.length === 0 ? { kind: 'end', at: this.#at } : undefined;
  }
}
