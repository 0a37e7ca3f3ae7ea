import { isAbsent } from '../zoom/metric-value.js';

/** What a tag holds where Zoom says nothing. */
export const UNKNOWN = 'unknown';

/** Longest tag value and longest text field, in UTF-16 code units. */
export const MAX_TAG_LENGTH = 256;
export const MAX_TEXT_LENGTH = 4096;

const WRITTEN_OUT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const CONTROLS_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const PLAIN = /^[\u0020-\u005b\u005d-\u007e]+$/;
const BACKSLASHES_BEFORE_ESCAPED = /\\+(?=[ ,=])/g;

/**
 * Makes a value fit to be a tag, the same way every time: lone surrogates become U+FFFD; line feed, carriage return and tab
 * are written out as `\n`, `\r`, `\t`; other control characters go; white space around it goes; what is over
 * {@link MAX_TAG_LENGTH} is cut off; backslashes at the end and before a space, a comma or an equals sign go. Nothing left, or
 * a word that says so, is `unknown`.
 *
 * InfluxDB can't store a backslash at the end. One before a character that has to be escaped makes two readers of the server
 * disagree where the line ends: `a\\ b\\=5"` swallows the next line, and both are refused.
 * Source: InfluxData's line protocol reference, "Special characters"; `scanLine` and `scanTagsValue` in InfluxDB 2's `models`.
 */
export function cleanTag(value: string | undefined): string {
  if (value === undefined || isAbsent(value)) return UNKNOWN;
  if (value.length <= MAX_TAG_LENGTH && PLAIN.test(value)) return value.trim();
  const written = value
    .toWellFormed()
    .trim()
    .replace(CONTROLS, (character) => WRITTEN_OUT[character] ?? '');
  const cut = cutTo(written, MAX_TAG_LENGTH)
    .replace(/[\\\s]+$/, '')
    .replace(BACKSLASHES_BEFORE_ESCAPED, '')
    .trim();
  return isAbsent(cut) ? UNKNOWN : cut;
}

/**
 * Makes a value fit to be a text field: lone surrogates become U+FFFD, control characters other than line feed, carriage return
 * and tab go, and what is over {@link MAX_TEXT_LENGTH} is cut off. Undefined where nothing but white space is left. Words such as
 * `null` are kept: what reads the event knows whether they are a name.
 */
export function cleanText(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = PLAIN.test(value) ? value : value.toWellFormed().replace(CONTROLS_BUT_LINES, '');
  const cut = cutTo(text, MAX_TEXT_LENGTH);
  return cut.trim() === '' ? undefined : cut;
}

function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
