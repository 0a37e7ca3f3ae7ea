import { byRange, ofRollups, WHOLE_HOURS, WINDOW_OF_RAW } from '../flux/by-range.js';
import { computed } from '../flux/computed.js';
import { type Joining, leftJoined } from '../flux/joined.js';
import { queryByRange } from '../flux/measures.js';
import type { FieldOf, TagOf } from '../flux/names.js';
import { raw, Stream, union, type Where } from '../flux/stream.js';
import { indented, literal, literals } from '../flux/text.js';
import { aboutMeeting, MEETING_RANGE, THE_MEETING, TOLD_RANGE } from './meeting-range.js';
import { HEARS } from './people.js';

const NOT_PHONE = { source: { isNot: 'phone' } } as const;

/**
 * Topics and numbers of meetings: the bridge writes them to `zoom_meeting` whenever an event tells a new one.
 *
 * @param start where to begin, as a Flux expression: some time before the samples, as a meeting is named when it starts
 */
export const namesOfMeetings = (start: string) =>
  raw('zoom_meeting', ['topic', 'number'], { start, stop: 'v.timeRangeStop' }).where(NOT_PHONE);

/** Meetings are shorter than that. Needs the import `date`. */
export const DAY_BEFORE = 'date.sub(d: 1d, from: v.timeRangeStart)';

/** A row of nobody, so that there is a table with these columns also where no name is known. */
const NO_NAMES =
  'array.from(rows: [{meeting: "", _field: "topic", _value: ""}, {meeting: "", _field: "number", _value: ""}])';

/** Definitions of rows of meetings with `topic` and `number` beside them; see {@link leftJoined}. Needs the imports `array` and `join`. */
export function withNames({
  names,
  ...joining
}: Pick<Joining, 'left' | 'name' | 'unless'> & { readonly names: Stream<string> }): string {
  const last = names
    .group('meeting', '_field')
    .aggregate('last')
    .pipe('keep(columns: ["meeting", "_field", "_value"])');
  return [
    'named =',
    indented(union([NO_NAMES, last])),
    '    |> group()',
    '    |> pivot(rowKey: ["meeting"], columnKey: ["_field"], valueColumn: "_value")',
    leftJoined({
      ...joining,
      right: 'named',
      on: [['meeting', 'meeting']],
      columns: { topic: '""', number: '""' },
    }),
  ].join('\n');
}

const OFFERED = 1_000;

/** Meetings of the range for the variable: the latest first, with topic or number where one is known. */
export function meetingChoices(): string {
  const samples = raw('zoom_qos', 'poor').where({ ...HEARS, ...NOT_PHONE });
  const short = samples.group('meeting').pipe('last()', 'keep(columns: ["meeting", "_time"])', 'group()');
  const long = ofRollups<'zoom_meetings'>('zoom_meetings_1h', ['meeting_text'], WHOLE_HOURS)
    .group()
    .pipe('rename(columns: {_value: "meeting"})', 'keep(columns: ["meeting", "_time"])');
  // The list of hours lags some minutes.
  const fresh = raw('zoom_meeting', 'event', { start: 'hourBefore', stop: 'v.timeRangeStop' })
    .where(NOT_PHONE)
    .group('meeting')
    .pipe('last()', 'keep(columns: ["meeting", "_time"])', 'group()');
  const listed = byRange<string>('listed', short, long);
  const choices = new Stream<string>(
    ['offered'],
    [
      ...listed.definitions,
      'hourBefore = date.sub(d: 1h, from: v.timeRangeStop)',
      [
        'latest =',
        indented(union([String(listed), String(fresh)])),
        '    |> group()',
        '    |> sort(columns: ["_time"], desc: true)',
        '    |> unique(column: "meeting")',
        `    |> limit(n: ${OFFERED})`,
      ].join('\n'),
      'times = latest |> findColumn(fn: (key) => true, column: "_time")',
      'oldest = if length(arr: times) == 0 then v.timeRangeStop else times[length(arr: times) - 1]',
      withNames({
        name: 'offered',
        left: 'latest',
        unless: 'length(arr: times) == 0',
        names: namesOfMeetings('date.sub(d: 1d, from: oldest)'),
      }),
    ],
  ).pipe(
    'sort(columns: ["_time"], desc: true)',
    computed(
      {
        topic: 'if exists r.topic and r.topic != "" then r.topic else "Meeting"',
        number: 'if exists r.number and r.number != "" then " · " + r.number else ""',
        _value: 'new_topic + new_number + " ⟦" + r.meeting + "⟧"',
      },
      [],
    ),
    'keep(columns: ["_value"])',
  );
  return queryByRange(choices, ['array', 'date', 'join']);
}

/** People with samples in the range for the variable, by name, address or number. */
export function participantChoices(): string {
  const there = raw('zoom_qos', 'poor', MEETING_RANGE)
    .where(THE_MEETING)
    .group('participant')
    .pipe('last()', 'keep(columns: ["participant"])', 'group()');
  const told = raw('zoom_participant', ['name', 'email'], TOLD_RANGE)
    .where(THE_MEETING)
    .group('participant', '_field')
    .pipe('last()', 'keep(columns: ["participant", "_field", "_value"])');
  const nobody =
    'array.from(rows: [{participant: "", _field: "name", _value: ""}, {participant: "", _field: "email", _value: ""}])';
  return aboutMeeting(
    ['array', 'join'],
    `there =\n${indented(String(there))}`,
    'told =',
    indented(union([nobody, told])),
    '    |> group()',
    '    |> pivot(rowKey: ["participant"], columnKey: ["_field"], valueColumn: "_value")',
    leftJoined({
      name: 'offered',
      left: 'there',
      right: 'told',
      unless: 'length(arr: there |> findColumn(fn: (key) => true, column: "participant")) == 0',
      on: [['participant', 'participant']],
      columns: { name: '""', email: '""' },
    }),
    '',
    'offered',
    '  |> filter(fn: (r) => r.participant != "unknown")',
    '  |> sort(columns: ["name", "email", "participant"])',
    `  |> ${computed(
      {
        name: 'if exists r.name and r.name != "" then r.name + " · " else ""',
        email: 'if exists r.email and r.email != "" then r.email + " · " else ""',
        _value: 'new_name + new_email + r.participant + " ⟦" + r.participant + "⟧"',
      },
      [],
    )}`,
    '  |> keep(columns: ["_value"])',
  );
}

type Measured = 'zoom_cpu' | 'zoom_qos' | 'zoom_score' | 'zoom_wifi';

/** The mean of a field over time, by tags; with a name of the line in `what` where one is given. */
export function meanOverTime<M extends Measured>(
  measurement: M,
  field: FieldOf<M>,
  by: readonly TagOf<M>[],
  where: Where<TagOf<M>>,
  what?: string,
): string {
  const stream = raw(measurement, field, MEETING_RANGE)
    .where(where)
    .group(...by)
    .window('mean');
  const columns = ['_time', '_value', ...by];
  const kept =
    what === undefined
      ? stream.pipe(`keep(columns: ${literals(columns)})`)
      : stream.pipe(
          `set(key: "what", value: ${literal(what)})`,
          'group(columns: ["what"])',
          `keep(columns: ${literals([...columns, 'what'])})`,
        );
  return aboutMeeting([], WINDOW_OF_RAW, '', String(kept));
}

/** One number of the meeting or participant over the whole range: the mean of a field, times something. */
export function meanOf<M extends Measured>(
  measurement: M,
  field: FieldOf<M>,
  where: Where<TagOf<M>>,
  times?: number,
): string {
  const stream = raw(measurement, field, MEETING_RANGE).where(where).group().aggregate('mean');
  const scaled =
    times === undefined ? stream : stream.pipe(`map(fn: (r) => ({_value: r._value * ${times}.0}))`);
  return aboutMeeting([], '', String(scaled));
}

/** How many people the meeting had. */
export function peopleOfMeeting(): string {
  const people = raw('zoom_qos', 'poor', MEETING_RANGE)
    .where(THE_MEETING)
    .group('participant')
    .pipe('first()', 'group()', 'count()');
  return aboutMeeting([], '', String(people));
}

/** The latest text of a field of the meeting, told when it started or later. */
export function textOfMeeting(field: 'number' | 'topic'): string {
  const told = raw('zoom_meeting', field, TOLD_RANGE)
    .where(THE_MEETING)
    .group()
    .pipe('last()', 'keep(columns: ["_value"])');
  return aboutMeeting([], '', String(told));
}

/** One row: `number`, `from` and `to` (times of the first and last sample), `from_ms` and `to_ms` a minute around them. */
export function timeOfMeeting(): string {
  const at = (fn: 'first' | 'last', name: string) =>
    raw('zoom_qos', 'poor', MEETING_RANGE)
      .where(THE_MEETING)
      .group('meeting')
      .aggregate(fn)
      .pipe(`map(fn: (r) => ({meeting: r.meeting, _field: ${literal(name)}, at: r._time}))`);
  const numbers = raw('zoom_meeting', 'number', TOLD_RANGE)
    .where(THE_MEETING)
    .group()
    .pipe('last()', 'findColumn(fn: (key) => true, column: "_value")');
  return aboutMeeting(
    [],
    `numbers =\n${indented(String(numbers))}`,
    'number = if length(arr: numbers) > 0 then numbers[0] else ""',
    '',
    union([at('first', 'from'), at('last', 'to')]),
    '  |> group()',
    '  |> pivot(rowKey: ["meeting"], columnKey: ["_field"], valueColumn: "at")',
    '  |> map(',
    '    fn: (r) => {',
    '      before = int(v: r.from) / 1000000 - 60000',
    '      after = int(v: r.to) / 1000000 + 60000',
    '',
    '      return {number: number, from: r.from, to: r.to, from_ms: before, to_ms: after}',
    '    },',
    '  )',
  );
}

/** Notices of Zoom: when, who, what. */
export function notices(where: Where<TagOf<'zoom_notice'>>): string {
  const told = raw('zoom_notice', 'count', MEETING_RANGE)
    .where(where)
    .pipe(
      'group()',
      'keep(columns: ["_time", "participant", "notice", "site", "network_type"])',
      'sort(columns: ["_time"], desc: true)',
      'limit(n: 200)',
    );
  return aboutMeeting([], '', String(told));
}
