import { IDENTITY_TAGS, MEASUREMENTS, type Measurement } from '../src/points/schema.js';

const TAG = String.raw`,[a-z_]+=(?:\\[,= ]|[^\\,= \n]|\\(?![,= ]))+`;
const FIELD = String.raw`[a-z_0-9]+=(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|"(?:[^"\\]|\\.)*")`;
const LINE = new RegExp(`^([a-z_]+)((?:${TAG})*) (${FIELD}(?:,${FIELD})*)$`, 's');
const NAME_OF_TAG = new RegExp(TAG, 'g');

const expected = new Map<string, string>();

/**
 * Says what is wrong with a line (without its time) by the rules of line protocol and the schema: every tag of its measurement and no
 * other, so that no text can make a tag, a field or a line of its own. Undefined where it is right.
 */
export function faultOf(line: string, contextTags: readonly string[]): string | undefined {
  const found = LINE.exec(line);
  if (found === null) return 'it is not a line of line protocol';
  const [, measurement = '', tags = ''] = found;
  if (!(measurement in MEASUREMENTS)) return `there is no measurement ${measurement}`;
  const names = [...tags.matchAll(NAME_OF_TAG)].map(([tag]) => tag.slice(1, tag.indexOf('='))).join();
  const right = tagsOf(measurement as Measurement, contextTags);
  return names === right ? undefined : `it has the tags ${names} and should have ${right}`;
}

function tagsOf(measurement: Measurement, contextTags: readonly string[]): string {
  const key = `${measurement} ${contextTags.join()}`;
  const known = expected.get(key);
  if (known !== undefined) return known;
  const names = [
    ...Object.keys(IDENTITY_TAGS),
    ...contextTags,
    ...Object.keys(MEASUREMENTS[measurement].tags),
  ];
  const sorted = names.sort().join();
  expected.set(key, sorted);
  return sorted;
}
