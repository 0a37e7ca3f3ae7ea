import { compactJson } from './compact-json.js';
import { ObjectScan } from './object-scan.js';

/** A JSON object with its own bytes, or a stretch of the input that is none; `line` is where it begins. */
export type Piece =
  | { readonly kind: 'object'; readonly line: number; readonly value: object; readonly bytes: Buffer }
  | { readonly kind: 'unreadable'; readonly line: number; readonly problem: string };

/** The longest object that is read; Zoom's longest event has a few MB, printed prettily it may be ten times as long. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

const [NEWLINE, RETURN, TAB, SPACE, COMMA] = [0x0a, 0x0d, 0x09, 0x20, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The list in a page of Zoom's webhook logs: its entries are taken one by one, since a page may be of any length. */
const PAGE_KEY = Buffer.from('"webhook_logs"');

/** What is being read: between objects; an object; the rest of a page behind its list; up to where an object may begin again. */
type Mode = 'between' | 'object' | 'page_rest' | 'line_rest' | 'until_object';

/**
 * Cuts a stream of bytes into JSON objects, whatever lies around them: line by line, one behind the other, in lists, in lists of
 * lists, or in the `webhook_logs` of a page. An object keeps the bytes it came with; where it goes over several lines, white space
 * between its tokens is left out, which gives the one line that Zoom sends. What can't be read is told and the rest goes on.
 * A parser that gives values would do neither: it changes numbers and escapes, and it ends at the first fault.
 */
export class JsonSplitter {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #line = 1;
  /** White space at the beginning of the present line; undefined behind its first other character. */
  #indent: number | undefined = 0;
  #mode: Mode = 'between';
  #scan: ObjectScan | undefined;
  #objectIndent = 0;
  #inPage = false;
  #begun = false;

  /** The line that is being read. */
  get line(): number {
    return this.#line;
  }

  /** Takes more bytes and gives what is complete. */
  *push(chunk: Buffer): Generator<Piece> {
    this.#bytes =
      this.#at === this.#bytes.length ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#at = 0;
    if (!this.#begun && this.#bytes.length < BYTE_ORDER_MARK.length) return;
    yield* this.#go(false);
  }

  /** No more bytes come. */
  *end(): Generator<Piece> {
    yield* this.#go(true);
  }

  *#go(last: boolean): Generator<Piece> {
    if (!this.#begun && this.#bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) this.#at = 3;
    this.#begun = true;
    while (this.#at < this.#bytes.length) {
      const before = this.#at;
      const mode = this.#mode;
      const piece = this.#step(last);
      if (piece !== undefined) yield piece;
      else if (this.#at === before && this.#mode === mode) return;
    }
  }

  /** Goes on by one object, or by what lies between. Where nothing has changed, more bytes are needed. */
  #step(last: boolean): Piece | undefined {
    switch (this.#mode) {
      case 'between':
        return this.#between(last);
      case 'object':
        return this.#object(last);
      case 'page_rest':
        return this.#pageRest(last);
      case 'line_rest':
        return this.#lineRest();
      case 'until_object':
        return this.#untilObject();
    }
  }

  #between(last: boolean): Piece | undefined {
    this.#skipWhile(
      (byte) =>
        byte === COMMA || byte === OPEN_LIST || isBlank(byte) || (byte === CLOSE_LIST && !this.#inPage),
    );
    const byte = this.#bytes[this.#at];
    if (byte === undefined) return undefined;
    if (byte === OPEN) {
      this.#objectIndent = this.#indent ?? 0;
      const piece = this.#wholeLine(last);
      if (piece !== undefined) return piece;
      this.#scan = new ObjectScan();
      this.#mode = 'object';
      return undefined;
    }
    if (this.#inPage && byte === CLOSE_LIST) {
      this.#inPage = false;
      this.#at += 1;
      this.#scan = new ObjectScan(1);
      this.#mode = 'page_rest';
      return undefined;
    }
    this.#mode = 'line_rest';
    return this.#unreadable('this is not a JSON object');
  }

  /** Most files have one object a line: the parser alone can say whether a line is one. */
  #wholeLine(last: boolean): Piece | undefined {
    const newline = this.#bytes.indexOf(NEWLINE, this.#at);
    if (newline === -1 && !last) return undefined;
    let end = newline === -1 ? this.#bytes.length : newline;
    while (isBlank(this.#bytes[end - 1]) || this.#bytes[end - 1] === COMMA) end -= 1;
    const bytes = this.#bytes.subarray(this.#at, end);
    if (bytes.at(-1) !== CLOSE || bytes.includes(PAGE_KEY)) return undefined;
    const value = parseObject(bytes);
    if (value === undefined) return undefined;
    const line = this.#line;
    this.#moveTo(end);
    return { kind: 'object', line, value, bytes };
  }

  #object(last: boolean): Piece | undefined {
    const scan = this.#scan ?? new ObjectScan();
    const bytes = this.#bytes.subarray(this.#at);
    let state = scan.read(bytes);
    while (state.kind === 'list' && !isPageList(bytes.subarray(0, state.at))) state = scan.read(bytes);
    switch (state.kind) {
      case 'more':
        if (bytes.length > MAX_OBJECT_BYTES)
          return this.#fail(`an object of over ${MAX_OBJECT_BYTES} bytes`, scan.line > 0);
        return last ? this.#fail('the input ends within this object', scan.line > 0) : undefined;
      case 'fault':
        return this.#fail(state.problem, scan.line > 0);
      case 'list':
        this.#moveTo(this.#at + state.at + 1);
        this.#inPage = true;
        this.#mode = 'between';
        return undefined;
      case 'end': {
        const own = bytes.subarray(0, state.at);
        const compact = scan.line > 0 ? compactJson(own) : own;
        const value = parseObject(compact);
        if (value === undefined) return this.#fail('this is not JSON', scan.line > 0);
        const line = this.#line;
        this.#moveTo(this.#at + state.at);
        this.#mode = 'between';
        return { kind: 'object', line, value, bytes: compact };
      }
    }
  }

  #pageRest(last: boolean): Piece | undefined {
    const scan = this.#scan ?? new ObjectScan(1);
    const bytes = this.#bytes.subarray(this.#at);
    let state = scan.read(bytes);
    while (state.kind === 'list') state = scan.read(bytes);
    switch (state.kind) {
      case 'more':
        if (!last) return undefined;
        return this.#fail('the input ends within this page of webhook logs', scan.line > 0);
      case 'fault':
        return this.#fail(state.problem, scan.line > 0);
      case 'end':
        this.#moveTo(this.#at + state.at);
        this.#mode = 'between';
        return undefined;
    }
  }

  /** Gives an object up and looks for the next one behind its first line. */
  #fail(problem: string, severalLines: boolean): Piece {
    this.#mode = severalLines ? 'until_object' : 'line_rest';
    const piece = this.#unreadable(problem);
    if (severalLines) this.#moveTo(this.#bytes.indexOf(NEWLINE, this.#at) + 1);
    return piece;
  }

  #unreadable(problem: string): Piece {
    return { kind: 'unreadable', line: this.#line, problem };
  }

  #lineRest(): undefined {
    const newline = this.#bytes.indexOf(NEWLINE, this.#at);
    if (newline !== -1) this.#mode = 'between';
    this.#moveTo(newline === -1 ? this.#bytes.length : newline + 1);
  }

  /** An object that may follow a broken one stands at the beginning of a line, not further in than the broken one. */
  #untilObject(): undefined {
    this.#skipWhile(isBlank);
    const byte = this.#bytes[this.#at];
    if (byte === undefined) return;
    const isCandidate = byte === OPEN || byte === OPEN_LIST || (byte === CLOSE_LIST && this.#inPage);
    if (isCandidate && this.#indent !== undefined && this.#indent <= this.#objectIndent) {
      this.#mode = 'between';
      return;
    }
    const newline = this.#bytes.indexOf(NEWLINE, this.#at);
    this.#moveTo(newline === -1 ? this.#bytes.length : newline + 1);
  }

  #skipWhile(isSkipped: (byte: number) => boolean): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || !isSkipped(byte)) return;
      this.#at += 1;
      if (byte === NEWLINE) {
        this.#line += 1;
        this.#indent = 0;
      } else if ((byte === SPACE || byte === TAB) && this.#indent !== undefined) this.#indent += 1;
      else if (byte !== RETURN) this.#indent = undefined;
    }
  }

  #moveTo(position: number): void {
    let newline = this.#bytes.indexOf(NEWLINE, this.#at);
    let lastNewline = -1;
    while (newline !== -1 && newline < position) {
      this.#line += 1;
      lastNewline = newline;
      newline = this.#bytes.indexOf(NEWLINE, newline + 1);
    }
    this.#indent = lastNewline === position - 1 ? 0 : undefined;
    this.#at = position;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

function isPageList(before: Buffer): boolean {
  return /"webhook_logs"\s*:\s*$/.test(before.subarray(-256).toString('latin1'));
}

function parseObject(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
