import { WINDOW_OF_RAW } from '../flux/by-range.js';
import { computed } from '../flux/computed.js';
import type { FieldOf, TagOf } from '../flux/names.js';
import { raw, union, type Where } from '../flux/stream.js';
import { indented, literal, literals } from '../flux/text.js';

/** The meeting chosen above. */
export const THE_MEETING = { meeting: { chosenIn: 'meeting' } } as const;

const NOT_PHONE = { source: { isNot: 'phone' } } as const;

/** Where topics and numbers of meetings stand: what companion events tell, and what samples do. */
export const namesOfMeetings = () =>
  (['zoom_meeting', 'zoom_participant'] as const).map((measurement) =>
    raw(measurement, ['topic', 'number']).where(NOT_PHONE),
  );

/** Meetings of the range for the variable: the latest first, with topic or number. */
export function meetingChoices(): string {
  const told = namesOfMeetings().map((stream) =>
    stream
      .group('meeting', '_field')
      .pipe('last()', 'keep(columns: ["meeting", "_field", "_value", "_time"])'),
  );
  return [
    union(told),
    '  |> group(columns: ["meeting", "_field"])',
    '  |> sort(columns: ["_time"])',
    '  |> last()',
    '  |> group(columns: ["meeting"])',
    '  |> reduce(',
    '    identity: {topic: "", number: "", at: 0},',
    '    fn: (r, accumulator) => ({',
    '      topic: if r._field == "topic" then r._value else accumulator.topic,',
    '      number: if r._field == "number" then r._value else accumulator.number,',
    '      at: if int(v: r._time) > accumulator.at then int(v: r._time) else accumulator.at,',
    '    }),',
    '  )',
    '  |> group()',
    '  |> sort(columns: ["at"], desc: true)',
    '  |> limit(n: 1000)',
    `  |> ${computed(
      {
        _value:
          '(if r.topic == "" then "Meeting" else r.topic) + (if r.number == "" then "" else " · " + r.number) + " ⟦" + r.meeting + "⟧"',
      },
      [],
    )}`,
  ].join('\n');
}

/** People of the meeting for the variable, by name, address or number. */
export function participantChoices(): string {
  return [
    raw('zoom_participant', ['name', 'email'])
      .where(THE_MEETING)
      .group('participant', '_field')
      .pipe('last()', 'group(columns: ["participant"])'),
    '  |> reduce(',
    '    identity: {name: "", email: ""},',
    '    fn: (r, accumulator) => ({',
    '      name: if r._field == "name" then r._value else accumulator.name,',
    '      email: if r._field == "email" then r._value else accumulator.email,',
    '    }),',
    '  )',
    '  |> group()',
    '  |> filter(fn: (r) => r.participant != "unknown")',
    '  |> sort(columns: ["name", "email"])',
    `  |> ${computed(
      {
        _value:
          '(if r.name == "" then "" else r.name + " · ") + (if r.email == "" then "" else r.email + " · ") + r.participant + " ⟦" + r.participant + "⟧"',
      },
      [],
    )}`,
  ].join('\n');
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
  const stream = raw(measurement, field)
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
  return [WINDOW_OF_RAW, '', kept].join('\n');
}

/** One number of the meeting or participant over the whole range: the mean of a field, times something. */
export function meanOf<M extends Measured>(
  measurement: M,
  field: FieldOf<M>,
  where: Where<TagOf<M>>,
  times?: number,
): string {
  const stream = raw(measurement, field).where(where).group().aggregate('mean');
  return String(
    times === undefined ? stream : stream.pipe(`map(fn: (r) => ({_value: r._value * ${times}.0}))`),
  );
}

/** How many people the meeting had. */
export function peopleOfMeeting(): string {
  return raw('zoom_qos', 'poor')
    .where(THE_MEETING)
    .group('participant')
    .pipe('first()', 'group()', 'count()')
    .toString();
}

/** The latest text of a field of the meeting, from its companion events or what samples told. */
export function textOfMeeting(field: 'number' | 'topic'): string {
  const streams = [raw('zoom_meeting', field), raw('zoom_participant', field)].map((stream) =>
    stream.where(THE_MEETING).group().pipe('last()', 'keep(columns: ["_time", "_value"])'),
  );
  return [
    union(streams),
    '  |> group()',
    '  |> sort(columns: ["_time"])',
    '  |> last()',
    '  |> keep(columns: ["_value"])',
  ].join('\n');
}

/** One row: `number`, `from` and `to` (times of the first and last sample), `from_ms` and `to_ms` a minute around them. */
export function timeOfMeeting(): string {
  const at = (fn: 'max' | 'min', name: string) =>
    raw('zoom_qos', 'poor')
      .where(THE_MEETING)
      .group()
      .pipe(
        `${fn}(column: "_time")`,
        `map(fn: (r) => ({meeting: r.meeting, _field: ${literal(name)}, at: r._time}))`,
      );
  const numbers = [raw('zoom_meeting', 'number'), raw('zoom_participant', 'number')].map((stream) =>
    stream.where(THE_MEETING).group().pipe('last()', 'keep(columns: ["_value"])'),
  );
  return [
    'numbers =',
    indented(union(numbers)),
    '    |> group()',
    '    |> findColumn(fn: (key) => true, column: "_value")',
    'number = if length(arr: numbers) > 0 then numbers[0] else ""',
    '',
    union([at('min', 'from'), at('max', 'to')]),
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
  ].join('\n');
}

/** Notices of Zoom: when, who, what. */
export function notices(where: Where<TagOf<'zoom_notice'>>): string {
  return raw('zoom_notice', 'count')
    .where(where)
    .pipe(
      'group()',
      'keep(columns: ["_time", "participant", "notice", "site", "network_type"])',
      'sort(columns: ["_time"], desc: true)',
      'limit(n: 200)',
    )
    .toString();
}
