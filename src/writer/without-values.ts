/** The library that unpacks what the spool holds quotes a value that it could not unpack wholly; it can be of a person. */
const QUOTED_VALUE = /(end of buffer not reached).*?(?=\n {4}at |$)/gs;

/** An error's message or stack without what was quoted from stored values. */
export function withoutValues(text: string): string {
  return text.replace(QUOTED_VALUE, '$1');
}
