import { ofRollups } from '../flux/by-range.js';
import { DASHBOARD_RANGE, type Range } from '../flux/stream.js';
import { chosen, indented } from '../flux/text.js';

/** The meeting chosen above. */
export const THE_MEETING = { meeting: { chosenIn: 'meeting' } } as const;

/** The range in which the chosen meeting is looked for; see {@link aboutMeeting}. */
export const MEETING_RANGE: Range = { start: 'meetingStart', stop: 'meetingStop' };

/** The same with the day before: a meeting is named when it starts, and people are when they join. */
export const TOLD_RANGE: Range = { start: 'date.sub(d: 1d, from: meetingStart)', stop: 'meetingStop' };

/** The longest range that is looked through as it is. */
const NARROWED_FROM = '2d';

const hoursOfMeeting = ofRollups<'zoom_meetings'>('zoom_meetings_1h', ['meeting_text'], DASHBOARD_RANGE)
  .pipe(`filter(fn: (r) => r._value =~ ${chosen('meeting')})`)
  .group()
  .pipe('sort(columns: ["_time"])', 'findColumn(fn: (key) => true, column: "_time")');

/**
 * Definitions of {@link MEETING_RANGE}. InfluxDB looks for each series of the meeting in each day of the range, which takes seconds
 * where a webinar of a thousand people stands in a month. So a long range is narrowed to the days around the hours in which the
 * list of meetings has it; where the list has not, it is looked through as a whole.
 */
const SPAN = [
  `isLong = int(v: v.timeRangeStop) - int(v: v.timeRangeStart) > int(v: ${NARROWED_FROM})`,
  `hoursOfMeeting = () =>\n${indented(String(hoursOfMeeting))}`,
  'hours = if isLong then hoursOfMeeting() else [v.timeRangeStart]',
  'isNarrowed = isLong and length(arr: hours) > 0',
  'dayBefore = if isNarrowed then date.sub(d: 1d, from: hours[0]) else v.timeRangeStart',
  'dayAfter = if isNarrowed then date.add(d: 1d, to: hours[length(arr: hours) - 1]) else v.timeRangeStop',
  'meetingStart = if int(v: dayBefore) > int(v: v.timeRangeStart) then dayBefore else v.timeRangeStart',
  'meetingStop = if int(v: dayAfter) < int(v: v.timeRangeStop) then dayAfter else v.timeRangeStop',
].join('\n');

/** A query that may look in {@link MEETING_RANGE}. */
export function aboutMeeting(imports: readonly string[], ...lines: readonly string[]): string {
  const head = [...new Set(['date', ...imports])].sort().map((name) => `import "${name}"`);
  return [...head, '', SPAN, ...lines].join('\n');
}
