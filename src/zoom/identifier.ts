/**
 * Reads an identifier that may be text or a number, trimmed. Numbers a double can't hold exactly are left out, never rounded.
 * Undefined where there is none.
 */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** Reads a meeting number or join number: digits, with the blanks and dashes taken out that people and pages put in. */
export function readNumberId(value: unknown): string | undefined {
  const id = readId(value);
  if (id === undefined) return undefined;
  const digits = id.replace(/[\s-]/g, '');
  return /^\d+$/.test(digits) ? digits : id;
}

/** Reads plain text: a name, a device, an address. Numbers and booleans become their text; empty is undefined. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  return value.trim() === '' ? undefined : value;
}
