/** A JSON object with unknown content. */
export type JsonRecord = Record<string, unknown>;

/** Whether a parsed value is an object that is not a list. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list as it is, nothing as an empty list, and anything else as a list of one: Zoom's feed has used both forms. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whole numbers of 16 digits or more, outside of strings: a double may not hold them exactly. */
const LONG_NUMBER = /[:[,\s]-?\d{16,}/;
const STRING_OR_LONG_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gs;

/**
 * Parses JSON so that whole numbers beyond 2^53 keep their digits, as text.
 * A byte order mark in front is skipped.
 *
 * @throws {SyntaxError} where the text is not JSON
 */
export function parseJson(text: string): unknown {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const value: unknown = JSON.parse(json);
  try {
    if (!LONG_NUMBER.test(json)) return value;
    return JSON.parse(json.replace(STRING_OR_LONG_NUMBER, quoteLong));
  } catch {
    // A number of millions of digits is more than a pattern can take; what was parsed without it stands.
    return value;
  }
}

function quoteLong(token: string): string {
  return token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`;
}
