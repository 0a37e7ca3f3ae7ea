import { type MediaFamily, type MediaMean, media, queryByRange } from '../flux/measures.js';
import type { SharedTag } from '../flux/names.js';
import { Stream, union, type Where } from '../flux/stream.js';
import { drawn } from './worst.js';

/** The same hours seven days before: the same weekday. */
const WEEK_BEFORE = {
  start: 'date.sub(d: 7d, from: v.timeRangeStart)',
  stop: 'date.sub(d: 7d, from: v.timeRangeStop)',
} as const;

/** A mean over time, and what it was seven days before, as the lines `now` and `7 days before`. */
export function comparedWithWeekBefore<R extends MediaFamily>(
  column: MediaMean,
  family: R,
  where: Where<SharedTag<R>>,
): string {
  const asked = { family, by: [], where, overTime: true };
  const now = drawn(media([column], { ...asked, name: 'today' }), column).pipe(
    'set(key: "when", value: "now")',
  );
  const before = drawn(media([column], { ...asked, name: 'before', range: WEEK_BEFORE }), column).pipe(
    'timeShift(duration: 7d)',
    'set(key: "when", value: "7 days before")',
  );
  const both = new Stream<string>(
    [union([now, before])],
    [...new Set([...now.definitions, ...before.definitions])],
  );
  return queryByRange(both.pipe('group(columns: ["when"])', 'sort(columns: ["_time"])'), ['date']);
}
