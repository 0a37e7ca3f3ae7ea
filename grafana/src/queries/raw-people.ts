import { computed, percentOf } from '../flux/computed.js';
import { anyOf, firstText, leftJoined } from '../flux/joined.js';
import type { TagOf } from '../flux/names.js';
import type { Where } from '../flux/stream.js';
import { raw } from '../flux/stream.js';
import { indented } from '../flux/text.js';

/** Raw points of many people are slow to read over days, so these look at the end of the range alone. */
export const LAST_HOUR = { start: 'since', stop: 'v.timeRangeStop' } as const;

/** Flux definition of `since`: an hour before the end of the range, or its start where that is later. */
export const SINCE = [
  'hourBefore = date.sub(d: 1h, from: v.timeRangeStop)',
  'since = if int(v: v.timeRangeStart) > int(v: hourBefore) then v.timeRangeStart else hourBefore',
].join('\n');

/** The people whose computers are busiest in the last hour of the range: `meeting`, `participant`, `name`, `device`, … */
export function busiestComputers(where: Where<TagOf<'zoom_cpu'>>, count: number): string {
  const rows = raw('zoom_cpu', ['system_max_pct', 'zoom_avg_pct'], LAST_HOUR)
    .where(where)
    .group('meeting', 'participant', 'site', 'device', 'client_version', '_field')
    .aggregate('mean')
    .pipe(
      'group()',
      'pivot(rowKey: ["meeting", "participant", "site", "device", "client_version"], columnKey: ["_field"], valueColumn: "_value")',
      'filter(fn: (r) => exists r.system_max_pct)',
      'sort(columns: ["system_max_pct"], desc: true)',
      `limit(n: ${count})`,
    );
  return [
    'import "array"',
    'import "date"',
    'import "join"',
    'import "regexp"',
    'import "strings"',
    '',
    SINCE,
    `top =\n${indented(String(rows))}`,
    anyOf('ofTop', 'top', 'meeting'),
    NAMES_OF_TOP,
    leftJoined({
      name: 'listed',
      left: 'top',
      right: 'named',
      unless: 'length(arr: ofTop_values) == 0',
      on: [
        ['meeting', 'meeting'],
        ['participant', 'participant'],
      ],
      columns: { name: '""', email: '""' },
    }),
    '',
    'listed',
    `  |> ${computed({ person: firstText('name', 'email', 'participant') })}`,
    '  |> sort(columns: ["system_max_pct"], desc: true)',
  ].join('\n');
}

/** Definition: names and addresses of the people in the rows of `top`. */
const NAMES_OF_TOP = [
  'named =',
  '  union(',
  '    tables: [',
  '      array.from(',
  '        rows: [',
  '          {meeting: "", participant: "", _field: "name", _value: ""},',
  '          {meeting: "", participant: "", _field: "email", _value: ""},',
  '        ],',
  '      ),',
  `${indented(
    String(
      raw('zoom_participant', ['name', 'email'], {
        start: 'date.sub(d: 12h, from: v.timeRangeStop)',
        stop: 'v.timeRangeStop',
      })
        .pipe('filter(fn: (r) => r.meeting =~ ofTop)')
        .group('meeting', 'participant', '_field')
        .aggregate('last')
        .pipe('keep(columns: ["meeting", "participant", "_field", "_value"])'),
    ),
    '      ',
  )},`,
  '    ],',
  '  )',
  '    |> group()',
  '    |> pivot(rowKey: ["meeting", "participant"], columnKey: ["_field"], valueColumn: "_value")',
].join('\n');

/** The devices of a kind (microphones, say) by share of poor audio minutes in the last hour of the range. */
export function worstDevices(
  field: 'camera_text' | 'microphone_text' | 'speaker_text',
  medium: 'audio' | 'video',
  direction: 'received' | 'sent',
  where: Where<TagOf<'zoom_qos'>>,
): string {
  const quality = raw('zoom_qos', 'poor', LAST_HOUR)
    .where({ ...where, media: { is: medium }, direction: { is: direction } })
    .group('meeting', 'participant');
  return [
    'import "array"',
    'import "date"',
    'import "join"',
    '',
    SINCE,
    `judged =\n${indented(String(quality))}`,
    'counted =',
    '  union(',
    '    tables: [',
    '      judged |> count() |> toFloat() |> set(key: "_field", value: "samples"),',
    '      judged |> sum() |> set(key: "_field", value: "poor"),',
    '    ],',
    '  )',
    '    |> group()',
    '    |> pivot(rowKey: ["meeting", "participant"], columnKey: ["_field"], valueColumn: "_value")',
    'used =',
    `  union(tables: [array.from(rows: [{meeting: "", participant: "", model: ""}]),\n${indented(
      String(
        raw('zoom_participant', field, {
          start: 'date.sub(d: 12h, from: v.timeRangeStop)',
          stop: 'v.timeRangeStop',
        })
          .group('meeting', 'participant')
          .aggregate('last')
          .pipe('rename(columns: {_value: "model"})', 'keep(columns: ["meeting", "participant", "model"])'),
      ),
      '    ',
    )},\n  ])`,
    '    |> group()',
    leftJoined({
      name: 'listed',
      left: 'counted',
      right: 'used',
      unless: 'length(arr: counted |> findColumn(fn: (key) => true, column: "meeting")) == 0',
      on: [
        ['meeting', 'meeting'],
        ['participant', 'participant'],
      ],
      columns: { model: '""' },
    }),
    '',
    'listed',
    '  |> filter(fn: (r) => exists r.model and r.model != "")',
    '  |> group(columns: ["model"])',
    '  |> reduce(',
    '    identity: {samples: 0.0, poor: 0.0, people: 0.0},',
    '    fn: (r, accumulator) => ({',
    '      samples: accumulator.samples + r.samples,',
    '      poor: accumulator.poor + r.poor,',
    '      people: accumulator.people + 1.0,',
    '    }),',
    '  )',
    '  |> group()',
    `  |> ${computed({ poor_pct: percentOf('r.poor', 'r.samples') })}`,
    '  |> sort(columns: ["poor_pct"], desc: true)',
    '  |> limit(n: 50)',
  ].join('\n');
}
