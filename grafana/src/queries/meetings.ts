import { computed } from '../flux/computed.js';
import { anyOf, firstText, leftJoined } from '../flux/joined.js';
import { queryByRange } from '../flux/measures.js';
import { Stream, union, type Where } from '../flux/stream.js';
import { indented, typed } from '../flux/text.js';
import { type MeetingTag, meetingRows } from './meeting-rows.js';
import { namesOfMeetings } from './one-meeting.js';

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
    namesOfTop(),
    leftJoined({
      name: 'listed',
      left: 'top',
      right: 'named',
      unless: 'length(arr: ofTop_values) == 0',
      on: [['meeting', 'meeting']],
      columns: { topic: '""', number: '""' },
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

/** How many meetings there were, or how many of them were bad. */
export function countedMeetings(where: Where<MeetingTag>, which: 'all' | 'bad'): string {
  const isWanted =
    which === 'all' ? 'r.samples > 0.0' : `r.samples >= ${ENOUGH_SAMPLES}.0 and r.poor_pct > ${BAD_PCT}.0`;
  return queryByRange(
    meetingRows(where).pipe(
      `filter(fn: (r) => ${isWanted})`,
      'group()',
      'count(column: "samples")',
      'rename(columns: {samples: "_value"})',
    ),
    ['date'],
  );
}

/** Definitions: whether something was typed, and the ids of the meetings whose topic or number holds it. */
function searching(variable: string): string[] {
  const matching = namesOfMeetings().map((stream) =>
    stream
      .pipe(`filter(fn: (r) => r._value =~ ${typed(variable)})`)
      .group('meeting')
      .aggregate('last'),
  );
  return [
    // Nothing typed fits an empty text.
    `isSearching = "" !~ /^(?i)\${${variable}:regex}$/`,
    [
      'found =',
      indented(union(matching)),
      '    |> group()',
      '    |> distinct(column: "meeting")',
      '    |> findColumn(fn: (key) => true, column: "_value")',
    ].join('\n'),
  ];
}

/** Definition: topics and numbers of the rows of `top`. */
function namesOfTop(): string {
  const lastOf = namesOfMeetings().map((stream) =>
    stream.pipe('filter(fn: (r) => r.meeting =~ ofTop)').group('meeting', '_field').aggregate('last'),
  );
  return [
    'named =',
    '  union(',
    '    tables: [',
    // A row of nobody, so that there is a table with these columns also where nothing is known.
    '      array.from(rows: [{meeting: "", _field: "topic", _value: ""}, {meeting: "", _field: "number", _value: ""}]),',
    `${indented(union(lastOf), '      ')}`,
    '        |> keep(columns: ["meeting", "_field", "_value"]),',
    '    ],',
    '  )',
    '    |> group(columns: ["meeting", "_field"])',
    '    |> last()',
    '    |> group()',
    '    |> pivot(rowKey: ["meeting"], columnKey: ["_field"], valueColumn: "_value")',
  ].join('\n');
}
