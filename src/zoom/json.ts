import { isSafeNumber, parse } from 'lossless-json';

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

/** Digits that a double may not hold exactly; a cheap first look before the slower parser is used. */
const LONG_NUMBER = /[:[,\s]-?\d{16,}/;

/**
 * Parses JSON so that whole numbers beyond 2^53 keep their digits, as text.
 * A byte order mark in front is skipped.
 *
 * @throws {SyntaxError} where the text is not JSON
 */
export function parseJson(text: string): unknown {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const value: unknown = JSON.parse(json);
  return LONG_NUMBER.test(json) ? parse(json, null, exactNumber, tolerant) : value;
}

const tolerant = { onDuplicateKey: ({ newValue }: { newValue: unknown }) => newValue };

function exactNumber(digits: string): number | string {
  return isSafeNumber(digits) || /[.eE]/.test(digits) ? Number(digits) : digits;
}
