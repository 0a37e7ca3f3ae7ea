/** No identifier or text is worked on beyond this many UTF-16 code units; what is stored is shorter still. */
const LONGEST = 16_384;

/** Shorter texts may keep the text alive that they were cut from. */
const COPY_FROM = 1_024;

/** The same text, in memory of its own: one that was cut out of a longer text keeps that alive. */
export function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/**
 * A text of bounded length that does not keep a longer one alive.
 *
 * @param from length of the text that it was cut out of
 */
export function bounded(text: string, from: number): string {
  if (text.length <= LONGEST && (from <= COPY_FROM || from === text.length)) return text;
  const last = text.charCodeAt(LONGEST - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? LONGEST - 1 : LONGEST;
  return copied(text.slice(0, end));
}
