import { WINDOW_OF_RAW } from '../flux/by-range.js';
import { computed } from '../flux/computed.js';
import { anyOf, firstText, leftJoined } from '../flux/joined.js';
import { raw, Stream, union } from '../flux/stream.js';
import { indented, literal } from '../flux/text.js';
import { aboutMeeting, MEETING_RANGE, THE_MEETING, TOLD_RANGE } from './meeting-range.js';
import { HEARS } from './people.js';
import { minutesOfBlame, PROCESSOR, SIGNAL, VERDICT_CODE, VERDICTS, verdictOf } from './verdict.js';

const FACTS = ['name', 'email', 'device_text', 'network_type_text', 'client_version_text'] as const;

/** A webinar may have thousands of people; what is asked about each is asked of these alone. */
export const LISTED = 50;

/** Definitions: the people of the meeting with the highest share of poor minutes, and a regular expression of their numbers. */
function worstPeople(count: number): string {
  const judged = raw('zoom_qos', 'poor', MEETING_RANGE).where(THE_MEETING).group('participant');
  const sums = [
    judged.pipe('sum()', 'set(key: "_field", value: "poor")'),
    judged.pipe('count()', 'toFloat()', 'set(key: "_field", value: "samples")'),
  ];
  return [
    // A mean would not be made where the data are.
    'worst =',
    indented(union(sums)),
    '    |> group()',
    '    |> filter(fn: (r) => r.participant != "unknown")',
    '    |> pivot(rowKey: ["participant"], columnKey: ["_field"], valueColumn: "_value")',
    '    |> map(fn: (r) => ({r with share: r.poor / r.samples}))',
    '    |> sort(columns: ["share"], desc: true)',
    `    |> limit(n: ${count})`,
    anyOf('ofWorst', 'worst', 'participant'),
  ].join('\n');
}

const IS_WORST = 'filter(fn: (r) => r.participant =~ ofWorst)';

/** Means of media for each participant, by field. */
const MEDIA_MEANS = ['poor', 'latency_ms', 'jitter_ms', 'loss_avg_pct'] as const;

/** Means for each participant, as rows `participant`, `_field`, `_value`. Follows {@link minutesOfBlame}. */
const means = (): string[] => {
  const media = raw('zoom_qos', MEDIA_MEANS, MEETING_RANGE)
    .where(THE_MEETING)
    .pipe(IS_WORST)
    .group('participant', '_field');
  const called = (name: string) => [
    `set(key: "_field", value: ${literal(name)})`,
    'group(columns: ["participant"])',
  ];
  const streams = [
    media.aggregate('mean'),
    new Stream<'participant'>([SIGNAL])
      .group('participant')
      .aggregate('mean')
      .pipe(...called('rssi_dbm')),
    new Stream<'participant'>([PROCESSOR])
      .group('participant')
      .aggregate('mean')
      .pipe(...called('cpu_pct')),
  ];
  return streams.map((stream) =>
    stream.pipe('keep(columns: ["participant", "_field", "_value"])').toString(),
  );
};

const VERDICT_PARTS = [
  ['bad', 'float(v: r.bad)'],
  ['minutes', 'float(v: r.minutes)'],
  ['blame_code', VERDICT_CODE],
] as const;

const NUMBERS = [...MEDIA_MEANS, 'rssi_dbm', 'cpu_pct', 'bad', 'minutes', 'blame_code'] as const;

/** The {@link LISTED} worst people of a meeting, the worst first: who, with what, how it was, and the verdict. */
export function roster(): string {
  const texts = raw('zoom_participant', FACTS, TOLD_RANGE)
    .where(THE_MEETING)
    .pipe(IS_WORST)
    .group('participant', '_field')
    .pipe('last()', 'keep(columns: ["participant", "_field", "_value"])');
  const nobody = FACTS.map((field) => `{participant: "", _field: ${literal(field)}, _value: ""}`).join(', ');
  return aboutMeeting(
    ['array', 'join', 'regexp', 'strings'],
    worstPeople(LISTED),
    minutesOfBlame(THE_MEETING, [IS_WORST]),
    VERDICTS,
    [
      'facts =',
      `  union(tables: [array.from(rows: [${nobody}]),\n${indented(String(texts), '    ')},\n  ])`,
      '    |> group()',
      '    |> pivot(rowKey: ["participant"], columnKey: ["_field"], valueColumn: "_value")',
    ].join('\n'),
    [
      'measured =',
      `  union(\n    tables: [\n${means()
        .map((stream) => `${indented(stream, '      ')},`)
        .join('\n')}`,
      ...VERDICT_PARTS.map(
        ([name, value]) =>
          `      verdicts\n        |> ${indented(computed({ _field: literal(name), _value: value }, ['participant']), '      ').trim()},`,
      ),
      // So that every column is there, also where nobody is on Wi-Fi.
      '      array.from(',
      '        rows: [',
      ...NUMBERS.map((name) => `          {participant: "", _field: ${literal(name)}, _value: 0.0},`),
      '        ],',
      '      ),',
      '    ],',
      '  )',
      '    |> group()',
      '    |> pivot(rowKey: ["participant"], columnKey: ["_field"], valueColumn: "_value")',
    ].join('\n'),
    'rated = measured |> filter(fn: (r) => r.participant != "")',
    leftJoined({
      name: 'listed',
      left: 'rated',
      right: 'facts',
      unless: 'length(arr: ofWorst_values) == 0',
      on: [['participant', 'participant']],
      columns: Object.fromEntries(FACTS.map((field) => [field, '""'])),
    }),
    '',
    'listed',
    `  |> ${computed({ person: firstText('name', 'email', 'participant'), verdict: verdictOf('blame_code'), poor_pct: 'r.poor * 100.0', loss_pct: 'r.loss_avg_pct' })}`,
    '  |> sort(columns: ["poor_pct", "bad"], desc: true)',
  );
}

/** Share of poor streams minute by minute, percent, of the people who had most of them; `person` says who. */
export function poorByPerson(count: number): string {
  return aboutMeeting(
    ['array', 'join', 'regexp', 'strings'],
    WINDOW_OF_RAW,
    worstPeople(count),
    'called =',
    `  union(tables: [array.from(rows: [{participant: "", name: ""}]),\n${indented(
      String(
        raw('zoom_participant', 'name', TOLD_RANGE)
          .where(THE_MEETING)
          .pipe(IS_WORST)
          .group('participant')
          .pipe('last()', 'rename(columns: {_value: "name"})', 'keep(columns: ["participant", "name"])'),
      ),
      '    ',
    )},\n  ])`,
    '    |> group()',
    `drawn =\n${indented(
      String(
        raw('zoom_qos', 'poor', MEETING_RANGE)
          .where(THE_MEETING)
          .pipe(IS_WORST)
          .group('participant')
          .window('mean')
          .pipe('group()'),
      ),
    )}`,
    leftJoined({
      name: 'named',
      left: 'drawn',
      right: 'called',
      unless: 'length(arr: ofWorst_values) == 0',
      on: [['participant', 'participant']],
      columns: { name: '""' },
    }),
    '',
    'named',
    // Names may be the same or absent, numbers are not.
    `  |> ${computed(
      {
        _value: 'r._value * 100.0',
        person:
          'if exists r.name and r.name != "" then r.name + " (" + r.participant + ")" else r.participant',
      },
      ['_time'],
    )}`,
    '  |> group(columns: ["person"])',
    '  |> sort(columns: ["_time"])',
  );
}

/**
 * How many people have at least one poor stream, and how many are there, minute by minute. Everybody gets audio, so who receives it
 * is there. Storage picks the poor samples: a table of minutes for each of a webinar's people takes a quarter of a minute.
 */
export function peopleSuffering(): string {
  const counted = (stream: Stream<string>) =>
    indented(
      String(
        stream
          .group()
          .pipe(
            'window(every: every)',
            'distinct(column: "participant")',
            'count()',
            'toFloat()',
            'duplicate(column: "_start", as: "_time")',
            'keep(columns: ["_time", "_value"])',
            'group()',
          ),
      ),
    );
  const judged = raw('zoom_qos', 'poor', MEETING_RANGE).where(THE_MEETING);
  return aboutMeeting(
    [],
    WINDOW_OF_RAW,
    `there =\n${counted(judged.where(HEARS))}`,
    `suffering =\n${counted(judged.pipe('filter(fn: (r) => r._value > 0.0)'))}`,
    '',
    'union(',
    '  tables: [',
    '    there |> set(key: "who", value: "in the meeting"),',
    '    suffering |> set(key: "who", value: "with poor quality"),',
    // Nobody suffers in a minute without a poor sample.
    '    there |> map(fn: (r) => ({_time: r._time, _value: 0.0, who: "with poor quality"})),',
    '  ],',
    ')',
    '  |> group(columns: ["who", "_time"])',
    '  |> sum()',
    '  |> group(columns: ["who"])',
    '  |> sort(columns: ["_time"])',
  );
}
