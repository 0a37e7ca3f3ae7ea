import { endOfRegularList } from './regular-samples.js';

/** What the receiver has to know of an event: its name and `event_ts`, as they stand in it. */
export type EventHead = { readonly event: string; readonly event_ts?: number | string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const BLANK = 0x20;

/** Zoom's events are nested a handful deep. */
const MAX_DEPTH = 64;

/** Longer numbers may not fit a double; `parseJson` knows what to do with them. */
const PLAIN_NUMBER = /^\d{1,15}$/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LONGEST_NUMBER = 64;
const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

/**
 * Makes sure that bytes are a JSON object, and finds its `event` and `event_ts`, without making anything of the rest: a tenth of the
 * cost of parsing it, since lists of samples are passed over by one pattern. What is accepted here, `JSON.parse` would accept. Undefined says nothing: it may be JSON in a form that is
 * unusual, so whoever asks has to parse it.
 */
export function scanEvent(body: Buffer): EventHead | undefined {
  const places = findPlaces(body);
  if (places?.event === undefined) return undefined;
  const event = plainText(body, places.event);
  if (event === undefined) return undefined;
  if (places.eventTs === undefined) return { event };
  const [start, end] = places.eventTs;
  const number = body.toString('latin1', start, end).trimEnd();
  const at = PLAIN_NUMBER.test(number) ? Number(number) : plainText(body, places.eventTs);
  return at === undefined ? undefined : { event, event_ts: at };
}

type Place = readonly [start: number, end: number];
type Places = { readonly event?: Place | undefined; readonly eventTs?: Place | undefined };

/** Walks through the bytes once. Of keys that come twice the last one counts, as in `JSON.parse`. */
function findPlaces(body: Buffer): Places | undefined {
  const isObject: boolean[] = [];
  let event: Place | undefined;
  let eventTs: Place | undefined;
  let key = '';
  let valueAt = 0;
  const text = body.toString('latin1');
  let at = skipBlanks(body, 0);
  if (body[at] !== OPEN_OBJECT) return undefined;
  for (;;) {
    // A value begins at `at`.
    if (isObject.length === 1) valueAt = at;
    const first = body[at];
    let isOpen = false;
    const listEnd = first === OPEN_LIST ? endOfRegularList(text, at) : -1;
    if (listEnd >= 0) {
      at = skipBlanks(body, listEnd);
    } else if (first === OPEN_OBJECT || first === OPEN_LIST) {
      if (isObject.length === MAX_DEPTH) return undefined;
      isObject.push(first === OPEN_OBJECT);
      at = skipBlanks(body, at + 1);
      isOpen = body[at] !== (first === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST);
    } else {
      at = skipBlanks(body, endOfScalar(body, at));
      if (at < 0) return undefined;
    }
    // Behind a value: what it stands in may end, and end what that stands in.
    while (!isOpen) {
      const closes = isObject.at(-1) === true ? CLOSE_OBJECT : CLOSE_LIST;
      if (isObject.length === 1) {
        if (key === 'event') event = [valueAt, at];
        else if (key === 'event_ts') eventTs = [valueAt, at];
        key = '';
      }
      const next = body[at];
      at = skipBlanks(body, at + 1);
      if (next === COMMA) break;
      if (next !== closes) return undefined;
      isObject.pop();
      if (isObject.length === 0) return at === body.length ? { event, eventTs } : undefined;
    }
    if (isObject.at(-1) === true) {
      const end = body[at] === QUOTE ? endOfString(body, at + 1) : -1;
      if (end < 0) return undefined;
      if (isObject.length === 1) {
        key = body.toString('latin1', at + 1, end - 1);
        if (key.includes('\\')) return undefined;
      }
      at = skipBlanks(body, end);
      if (body[at] !== COLON) return undefined;
      at = skipBlanks(body, at + 1);
    }
  }
}

/** A text without escapes; undefined where it is none. */
function plainText(body: Buffer, [start, end]: Place): string | undefined {
  let last = end;
  while (last > start && (body[last - 1] ?? 0) <= BLANK) last -= 1;
  if (last - start < 2 || body[start] !== QUOTE || body[last - 1] !== QUOTE) return undefined;
  const text = body.toString('utf8', start + 1, last - 1);
  return text.includes('\\') ? undefined : text;
}

function skipBlanks(body: Buffer, from: number): number {
  let at = from;
  while (at >= 0 && at < body.length) {
    const byte = body[at];
    if (byte !== BLANK && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at += 1;
  }
  return at;
}

/** Where a text, a number or a word ends; below 0 where it is none of them. */
function endOfScalar(body: Buffer, at: number): number {
  const first = body[at] ?? 0;
  if (first === QUOTE) return endOfString(body, at + 1);
  if (first === MINUS || (first >= 0x30 && first <= 0x39)) return endOfNumber(body, at);
  for (const word of WORDS)
    if (body.compare(word, 0, word.length, at, Math.min(body.length, at + word.length)) === 0)
      return at + word.length;
  return -1;
}

function endOfNumber(body: Buffer, at: number): number {
  const text = body.toString('latin1', at, Math.min(body.length, at + LONGEST_NUMBER));
  NUMBER.lastIndex = 0;
  const match = NUMBER.exec(text);
  return match === null || match[0].length === LONGEST_NUMBER ? -1 : at + match[0].length;
}

/** Behind the closing quote; below 0 where the text does not end or holds what a JSON text may not. */
function endOfString(body: Buffer, from: number): number {
  const { length } = body;
  for (let at = from; at < length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte < BLANK) return -1;
    if (byte === BACKSLASH) {
      at += 1;
      const escaped = String.fromCharCode(body[at] ?? 0);
      if (escaped === 'u') {
        if (!/^[0-9a-f]{4}$/i.test(body.toString('latin1', at + 1, Math.min(length, at + 5)))) return -1;
        at += 4;
      } else if (!'"\\/bfnrt'.includes(escaped)) return -1;
    }
  }
  return -1;
}
