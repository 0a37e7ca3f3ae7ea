import { bounded } from './bounded.js';
import { isAbsent } from './metric-value.js';

/** What stands for no name; `null`, `none` and `na` don't, since people are called so. */
const NO_NAME = /^(?:-|--|n\/a)?$/i;

/**
 * Reads an identifier that may be text or a number, trimmed. Numbers a double can't hold exactly are left out, never rounded.
 * Undefined where there is none, or a word that says so.
 */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value !== 'string' || isAbsent(value) ? undefined : bounded(value.trim(), value.length);
}

/** Reads a meeting number or join number: digits, with the blanks and dashes taken out that people and pages put in. */
export function readNumberId(value: unknown): string | undefined {
  const id = readId(value);
  if (id === undefined) return undefined;
  const digits = id.replace(/[\s-]/g, '');
  return /^\d+$/.test(digits) ? digits : id;
}

/**
 * Reads plain text: a device, an address, a reason. Numbers and booleans become their text; empty, or a word that says that there
 * is no value, is undefined.
 */
export function readText(value: unknown): string | undefined {
  return isAbsent(value) ? undefined : readName(value);
}

/** Reads a name that people chose: as {@link readText}, but a word that can be somebody's name is kept. */
export function readName(value: unknown): string | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return typeof value !== 'string' || NO_NAME.test(value.trim()) ? undefined : bounded(value, value.length);
}
