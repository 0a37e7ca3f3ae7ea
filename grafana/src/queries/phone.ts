import { ROLLUP_BUCKET } from '../flux/by-range.js';
import { queryByRange } from '../flux/measures.js';
import { raw, Stream, type Where } from '../flux/stream.js';
import { indented, literal } from '../flux/text.js';

type CallTag = 'account_id';

/** Below this a call is called bad; the default of `THRESHOLD_MOS`. */
export const BAD_MOS = 3.5;

/** A row for each phone call: `call`, `samples`, `mos_min`, `mos`, `latency_ms`, `jitter_ms`, `loss_pct`, `poor_pct`. */
function callRows(where: Where<CallTag>): Stream<string> {
  return new Stream<string>(
    ['calls'],
    [
      `calls_short = () =>\n${indented(fromRaw(where))}`,
      `calls_long = () =>\n${indented(fromList(where))}`,
      'calls = if isShort then calls_short() else calls_long()',
    ],
  );
}

function fromRaw(where: Where<CallTag>): string {
  const called = (
    field: Parameters<typeof raw<'zoom_call'>>[1],
    fn: 'count' | 'mean' | 'min' | 'sum',
    name: string,
  ) =>
    raw('zoom_call', field)
      .where(where)
      .group('call')
      .aggregate(fn)
      .pipe(...(fn === 'count' ? ['toFloat()'] : []), `set(key: "_field", value: ${literal(name)})`);
  const streams = [
    called('poor', 'count', 'samples'),
    called('poor', 'sum', 'poor'),
    called('mos', 'min', 'mos_min').pipe('drop(columns: ["_time"])'),
    called('mos', 'mean', 'mos'),
    called('latency_ms', 'mean', 'latency_ms'),
    called('jitter_ms', 'mean', 'jitter_ms'),
    called('loss_avg_pct', 'mean', 'loss_pct'),
  ];
  return [
    'union(',
    '  tables: [',
    ...streams.map((stream) => `${indented(String(stream), '    ')},`),
    '  ],',
    ')',
    '  |> group()',
    '  |> pivot(rowKey: ["call"], columnKey: ["_field"], valueColumn: "_value")',
    '  |> filter(fn: (r) => exists r.samples)',
    '  |> map(',
    '    fn: (r) => ({',
    '      call: r.call,',
    '      samples: r.samples,',
    '      poor_pct: if r.samples > 0.0 then 100.0 * r.poor / r.samples else 0.0,',
    '      mos_min: r.mos_min,',
    '      mos: r.mos,',
    '      latency_ms: r.latency_ms,',
    '      jitter_ms: r.jitter_ms,',
    '      loss_pct: r.loss_pct,',
    '    }),',
    '  )',
  ].join('\n');
}

const SUMS = ['mos', 'latency', 'jitter', 'loss'] as const;
const UNIT = { mos: '', latency: '_ms', jitter: '_ms', loss: '_pct' } as const;

function fromList(where: Where<CallTag>): string {
  const fields = [
    'call_text',
    'samples',
    'poor',
    'mos_min',
    ...SUMS.flatMap((metric) => [`${metric}_sum${UNIT[metric]}`, `${metric}_samples`]),
  ];
  const or0 = (column: string) => `(if exists r.${column} then r.${column} else 0.0)`;
  return Stream.from<CallTag>(`"\${${ROLLUP_BUCKET}}"`, '"zoom_calls_1h"', fields)
    .where(where)
    .pipe(
      'group()',
      'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")',
      'group(columns: ["call_text"])',
      [
        'reduce(',
        `    identity: {samples: 0.0, poor: 0.0, mos_min: 9.0, ${SUMS.map((metric) => `${metric}_sum: 0.0, ${metric}_n: 0.0`).join(', ')}},`,
        '    fn: (r, accumulator) => ({',
        `      samples: accumulator.samples + ${or0('samples')},`,
        `      poor: accumulator.poor + ${or0('poor')},`,
        '      mos_min: if exists r.mos_min and r.mos_min < accumulator.mos_min then r.mos_min else accumulator.mos_min,',
        ...SUMS.flatMap((metric) => [
          `      ${metric}_sum: accumulator.${metric}_sum + ${or0(`${metric}_sum${UNIT[metric]}`)},`,
          `      ${metric}_n: accumulator.${metric}_n + ${or0(`${metric}_samples`)},`,
        ]),
        '    }),',
        '  )',
      ].join('\n'),
      'group()',
      [
        'map(',
        '    fn: (r) => ({',
        '      call: r.call_text,',
        '      samples: r.samples,',
        '      poor_pct: if r.samples > 0.0 then 100.0 * r.poor / r.samples else 0.0,',
        '      mos_min: if r.mos_n > 0.0 then r.mos_min else debug.null(type: "float"),',
        ...SUMS.map(
          (metric) =>
            `      ${metric}${UNIT[metric]}: if r.${metric}_n > 0.0 then r.${metric}_sum / r.${metric}_n else debug.null(type: "float"),`,
        ),
        '    }),',
        '  )',
      ].join('\n'),
    )
    .toString();
}

/** How many calls there were, or how many with a minute below {@link BAD_MOS}. */
export function countedCalls(where: Where<CallTag>, which: 'all' | 'bad'): string {
  const isWanted = which === 'all' ? 'r.samples > 0.0' : `exists r.mos_min and r.mos_min < ${BAD_MOS}`;
  return queryByRange(
    callRows(where).pipe(`map(fn: (r) => ({_value: if ${isWanted} then 1.0 else 0.0}))`, 'group()', 'sum()'),
  );
}

const PARTIES = [
  'caller_name',
  'caller_email',
  'caller_phone_number',
  'callee_name',
  'callee_email',
  'callee_phone_number',
] as const;

const partyOf = (role: 'callee' | 'caller') => `      ${role}:
        if r.${role}_name != "" then
          r.${role}_name
        else if r.${role}_email != "" then
          r.${role}_email
        else
          r.${role}_phone_number,`;

/** The calls with the lowest MOS on top, with `caller` and `callee`: the name, else the address, else the number. */
export function worstCalls(where: Where<CallTag>, count: number): string {
  const rows = callRows(where);
  const top = rows.pipe(
    'filter(fn: (r) => exists r.mos_min)',
    'sort(columns: ["mos_min", "mos"])',
    `limit(n: ${count})`,
  );
  const parties = raw('zoom_meeting', PARTIES)
    .where({ source: { is: 'phone' } })
    .pipe('filter(fn: (r) => r.meeting =~ ofTop)')
    .group('meeting', '_field')
    .pipe('last()', 'keep(columns: ["meeting", "_field", "_value"])');
  const nobody = PARTIES.map((field) => `{meeting: "", _field: ${literal(field)}, _value: ""}`).join(', ');
  const orEmpty = PARTIES.map((field) => `${field}: if exists r.${field} then r.${field} else ""`).join(', ');
  const definitions = [
    ...rows.definitions,
    `top =\n${indented(String(top))}`,
    [
      'ids =',
      '  top',
      '    |> map(fn: (r) => ({_value: regexp.quoteMeta(v: r.call)}))',
      '    |> findColumn(fn: (key) => true, column: "_value")',
      'ofTop = regexp.compile(v: "^(" + strings.joinStr(arr: ids, v: "|") + ")$")',
    ].join('\n'),
    [
      'parties =',
      `  union(tables: [array.from(rows: [${nobody}]),\n${indented(String(parties), '    ')},\n  ])`,
      '    |> group()',
      '    |> pivot(rowKey: ["meeting"], columnKey: ["_field"], valueColumn: "_value")',
      `    |> map(fn: (r) => ({meeting: r.meeting, ${orEmpty}}))`,
    ].join('\n'),
  ];
  const joined = [
    'join.left(',
    '  left: top,',
    '  right: parties,',
    '  on: (l, r) => l.call == r.meeting,',
    `  as: (l, r) => ({l with ${PARTIES.map((field) => `${field}: if exists r.${field} then r.${field} else ""`).join(', ')}}),`,
    ')',
    '  |> map(',
    '    fn: (r) => ({r with',
    partyOf('caller'),
    partyOf('callee'),
    '    }),',
    '  )',
    '  |> sort(columns: ["mos_min", "mos"])',
  ].join('\n');
  return queryByRange(new Stream([joined], definitions), ['array', 'join', 'regexp', 'strings']);
}
