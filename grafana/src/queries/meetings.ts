import { ofRollups, WHOLE_HOURS } from '../flux/by-range.js';
import { computed } from '../flux/computed.js';
import { anyOf, firstText } from '../flux/joined.js';
import { countedByRange, queryByRange } from '../flux/measures.js';
import { raw, Stream, type Where } from '../flux/stream.js';
import { indented, typed } from '../flux/text.js';
import { type MeetingTag, meetingRows } from './meeting-rows.js';
import { DAY_BEFORE, namesOfMeetings, withNames } from './one-meeting.js';

/** What is asked of the list of meetings. */
export type MeetingsAsked = {
  readonly count: number;
  readonly where: Where<MeetingTag>;
  /** The variable with a text that topic, number or id must hold. */
  readonly searchedIn?: string;
};

/** Fewer minutes than these are no meeting worth a row, unless somebody looks for it. */
const ENOUGH_SAMPLES = 10;

/**
 * The meetings with the highest share of poor minutes on top: the columns of {@link meetingRows}, and `name`: topic, number or id,
 * the first that is known.
 */
export function worstMeetings({ count, where, searchedIn }: MeetingsAsked): string {
  const rows = meetingRows(where);
  const isEnough = `r.samples >= ${ENOUGH_SAMPLES}.0`;
  const condition =
    searchedIn === undefined
      ? isEnough
      : `not isSearching and ${isEnough} or isSearching and (contains(value: r.meeting, set: found) or r.meeting =~ ${typed(searchedIn)})`;
  const top = rows.pipe(
    `filter(fn: (r) => ${condition})`,
    'sort(columns: ["poor_pct", "samples"], desc: true)',
    `limit(n: ${count})`,
  );
  const definitions = [
    ...rows.definitions,
    ...(searchedIn === undefined ? [] : searching(searchedIn)),
    `top =\n${indented(String(top))}`,
    anyOf('ofTop', 'top', 'meeting'),
    withNames({
      name: 'listed',
      left: 'top',
      unless: 'length(arr: ofTop_values) == 0',
      names: namesOfMeetings(DAY_BEFORE).pipe('filter(fn: (r) => r.meeting =~ ofTop)'),
    }),
  ];
  const listed = new Stream<string>(['listed'], definitions).pipe(
    computed({ name: firstText('topic', 'number', 'meeting') }),
    'sort(columns: ["poor_pct", "samples"], desc: true)',
  );
  return queryByRange(listed, ['array', 'date', 'join', 'regexp', 'strings']);
}

/** Share of poor minutes, percent, above which a meeting is counted as bad. */
const BAD_PCT = 5;

/** How many meetings there were. */
export function countedMeetings(where: Where<MeetingTag>): string {
  const short = raw('zoom_qos', 'poor').where(where).group('meeting').pipe('first()', 'group()');
  const long = ofRollups<'zoom_meetings'>('zoom_meetings_1h', ['meeting_text'], WHOLE_HOURS)
    .where(where)
    .group()
    .pipe('distinct()');
  return countedByRange(short, long);
}

/** How many meetings were bad. */
export function countedBadMeetings(where: Where<MeetingTag>): string {
  return queryByRange(
    meetingRows(where).pipe(
      `filter(fn: (r) => r.samples >= ${ENOUGH_SAMPLES}.0 and r.poor_pct > ${BAD_PCT}.0)`,
      'group()',
      'count(column: "samples")',
      'rename(columns: {samples: "_value"})',
    ),
    ['array', 'date'],
  );
}

/** Definitions: whether something was typed, and the ids of the meetings whose topic or number holds it. */
function searching(variable: string): string[] {
  const matching = namesOfMeetings(DAY_BEFORE)
    .pipe(`filter(fn: (r) => r._value =~ ${typed(variable)})`)
    .group()
    .pipe('distinct(column: "meeting")', 'findColumn(fn: (key) => true, column: "_value")');
  return [
    // Nothing typed fits an empty text.
    `isSearching = "" !~ /^(?i)\${${variable}:regex}$/`,
    `found_typed = () =>\n${indented(String(matching))}`,
    'found = if isSearching then found_typed() else [""]',
  ];
}
