import { copied } from './bounded.js';
import { parseJson } from './json.js';
import { LONGEST_KEPT, RecentMap } from './recent-map.js';

/** How many signs stand around a name in front of its value: two quotes, a colon, the quote that begins the value. */
export const AROUND_NAME = 4;

/** How many signs lie between the end of a value and the next name: the quote that ends it, and a comma. */
export const BETWEEN_PAIRS = 2;

/**
 * The metrics of a sample in the regular form: names in their order, and where in the event's text their pairs begin. Values are read
 * where they stand: most are numbers, of which no text of their own is needed.
 */
export class RegularDetails {
  /** The same list for every sample that has the same names in the same order. */
  readonly names: readonly string[];
  readonly text: string;
  readonly start: number;

  constructor(names: readonly string[], text: string, start: number) {
    this.names = names;
    this.text = text;
    this.start = start;
  }

  /** As they would come out of parsing the text. */
  toRecord(): Record<string, string> {
    const record: Record<string, string> = {};
    let at = this.start;
    for (const name of this.names) {
      const from = at + name.length + AROUND_NAME;
      const end = this.text.indexOf('"', from);
      record[name] = this.text.slice(from, end);
      at = end + BETWEEN_PAIRS;
    }
    return record;
  }
}

/** An entry of a `qos` list in the regular form. */
export type RegularSample = {
  readonly dateTime: string;
  readonly type: string;
  readonly details: RegularDetails;
};

/** An event of which everything but the entries of its only `qos` list was parsed; that list is empty in `json`. */
export type SplitEvent = { readonly json: unknown; readonly samples: readonly RegularSample[] };

const KEY = '"qos"';
const LIST = `${KEY}:[`;
/** Looked for without its first quote: a search would stop at every quote of a long text. */
const KEY_END = 'qos"';

/** What may stand in a text of JSON that needs no escapes. */
const PLAIN = '[^"\\\\\\u0000-\\u001f]*';

const ENTRY = new RegExp(`\\{"date_time":"(${PLAIN})","type":"(${PLAIN})","details":\\{`, 'y');
/** Longer names than Zoom's would make patterns that are too large to be compiled. */
const PAIR = new RegExp(`"([a-z_]{1,64})":"${PLAIN}"`, 'y');

const ANY_PAIR = `"[a-z_]+":"${PLAIN}"`;
const ANY_ENTRY = `\\{"date_time":"${PLAIN}","type":"${PLAIN}","details":\\{${ANY_PAIR}(?:,${ANY_PAIR})*\\}\\}`;
const LIST_OF_ENTRIES = new RegExp(`\\[${ANY_ENTRY}(?:,${ANY_ENTRY})*\\]`, 'y');

/** Where a list of samples in the regular form ends that begins at a place; below 0 where none does. The list is JSON. */
export function endOfRegularList(text: string, at: number): number {
  LIST_OF_ENTRIES.lastIndex = at;
  try {
    return LIST_OF_ENTRIES.test(text) ? LIST_OF_ENTRIES.lastIndex : -1;
  } catch {
    // A list of tens of megabytes is more than a pattern can take.
    return -1;
  }
}

const COMMA = 0x2c;
const CLOSE_LIST = 0x5d;
const CLOSE_OBJECT = 0x7d;

/** The metrics of one kind of sample, and the pattern of all of them, the brackets behind them included. */
type Shape = { readonly names: readonly string[]; readonly pattern: RegExp };

/** A type as it came first, what stands in an entry between its time and its metrics, and the shapes of its samples. */
type Kind = { readonly type: string; readonly middle: string; readonly shapes: Shape[] };

/** Zoom has some two dozen types of samples with one or two shapes each; shapes beyond are read name by name. */
const MAX_SHAPES = 16;
const KINDS = new RecentMap<string, Kind>(100);
const newKind = (type: string): Kind => ({ type, middle: `","type":"${type}","details":{`, shapes: [] });

const ENTRY_START = '{"date_time":"';

/** The kinds of the entries of the event before, in their order: those of the next event mostly are the same. */
const foreseen: Kind[] = [];

/** Longer lists are those of calls, whose entries are of one or two kinds. */
const MAX_FORESEEN = 64;

/** No sample of Zoom's has as many metrics. */
const MAX_NAMES = 64;

/** Parsed, it would not be a name like others. */
const SPECIAL_NAME = '__proto__';

/**
 * Parses an event whose samples all have the form that Zoom's have: `{"date_time":"…","type":"…","details":{"…":"…", …}}` without blanks
 * or escapes. The samples are most of an event, and most of them is names that came a thousand times before; recognising each sample
 * by one pattern costs a fraction of parsing it. Undefined where anything is not in that form, so that the text has
 * to be parsed as a whole; what is found here is what would be found then.
 *
 * @throws {SyntaxError} where the rest is not JSON: the whole is not either
 */
export function splitEvent(text: string): SplitEvent | undefined {
  // Without escapes every quote begins or ends a text, so that the key can't be part of one, nor be there in another spelling.
  const key = text.indexOf(KEY);
  const start = key + LIST.length;
  if (key < 0 || !text.startsWith(LIST, key) || text.includes(KEY_END, start) || text.includes('\\'))
    return undefined;
  const samples: RegularSample[] = [];
  let end: number | undefined;
  try {
    end = readEntries(text, start, samples);
  } catch {
    // Whatever a pattern can't take, parsing can.
  }
  return end === undefined ? undefined : { json: parseJson(text.slice(0, start) + text.slice(end)), samples };
}

/** Reads entries up to the end of their list, which is returned. */
function readEntries(text: string, start: number, samples: RegularSample[]): number | undefined {
  let at = start;
  let dateTime = '';
  for (let place = 0; ; place += 1) {
    let kind = foreseen[place];
    // All entries of an event have the same time, nearly always.
    const end = at + ENTRY_START.length + dateTime.length;
    if (
      kind !== undefined &&
      dateTime !== '' &&
      text.startsWith(kind.middle, end) &&
      text.startsWith(dateTime, at + ENTRY_START.length) &&
      text.startsWith(ENTRY_START, at)
    )
      at = end + kind.middle.length;
    else {
      ENTRY.lastIndex = at;
      const entry = ENTRY.exec(text);
      if (entry === null) return undefined;
      dateTime = entry[1] ?? '';
      kind = KINDS.get(entry[2] ?? '', newKind);
      // A type that is not kept there is a piece of its event's text, which is not to be kept for it.
      if (place < MAX_FORESEEN && kind.type.length <= LONGEST_KEPT) foreseen[place] = kind;
      at = ENTRY.lastIndex;
    }
    const details = readDetails(text, at, kind.shapes);
    if (details === undefined) return undefined;
    samples.push({ dateTime, type: kind.type, details });
    at = detailsEnd;
    const next = text.charCodeAt(at);
    if (next === CLOSE_LIST) return at;
    if (next !== COMMA) return undefined;
    at += 1;
  }
}

/** Where the entry ends whose details were read last. */
let detailsEnd = 0;

function readDetails(text: string, at: number, shapes: Shape[]): RegularDetails | undefined {
  for (const { names, pattern } of shapes) {
    pattern.lastIndex = at;
    if (!pattern.test(text)) continue;
    detailsEnd = pattern.lastIndex;
    return new RegularDetails(names, text, at);
  }
  return readPairs(text, at, shapes);
}

/** Reads metrics whose shape is not known yet, one by one, and keeps the shape. */
function readPairs(text: string, from: number, shapes: Shape[]): RegularDetails | undefined {
  const names: string[] = [];
  let at = from;
  for (;;) {
    PAIR.lastIndex = at;
    const pair = PAIR.exec(text);
    if (pair === null) return undefined;
    const [, name = ''] = pair;
    // Of a name that comes twice the last value counts, in the place of the first.
    if (name === SPECIAL_NAME || names.includes(name) || names.length >= MAX_NAMES) return undefined;
    names.push(copied(name));
    at = PAIR.lastIndex;
    if (text.charCodeAt(at) !== COMMA) break;
    at += 1;
  }
  if (text.charCodeAt(at) !== CLOSE_OBJECT || text.charCodeAt(at + 1) !== CLOSE_OBJECT) return undefined;
  detailsEnd = at + 2;
  if (shapes.length < MAX_SHAPES) shapes.push(shapeOf(names));
  return new RegularDetails(names, text, from);
}

function shapeOf(names: readonly string[]): Shape {
  const pairs = names.map((name) => `"${name}":"${PLAIN}"`);
  return { names, pattern: new RegExp(`${pairs.join(',')}\\}\\}`, 'y') };
}
