import { parseJson } from '../zoom/json.js';

/** Says whether a text or value names somebody. */
export type Mentions = {
  /** A text, or anything below a list or object of texts. */
  inValue(value: unknown): boolean;
  /** An event as it came; one that is not JSON is searched as it is. */
  inBody(body: Uint8Array): boolean;
};

/**
 * Looks for texts that name a person, in either case and as whole words: `xenia@example.com` stands in
 * `mailto:Xenia@example.com` and not in `alexenia@example.com`.
 */
export function mentionsOf(texts: readonly string[]): Mentions {
  const anyOf = texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${anyOf})(?![\\p{L}\\p{N}])`, 'iu');
  const inValue = (value: unknown): boolean => {
    if (typeof value === 'string') return pattern.test(value);
    if (typeof value !== 'object' || value === null) return false;
    return Object.values(value).some(inValue);
  };
  return {
    inValue,
    inBody: (body) => {
      const text = Buffer.from(body).toString('utf8');
      try {
        return inValue(parseJson(text));
      } catch {
        return pattern.test(text);
      }
    },
  };
}
