import { byRange, ofRollups, WHOLE_HOURS } from '../flux/by-range.js';
import { computed, percentOf, quotient } from '../flux/computed.js';
import { anyOf, firstText, leftJoined } from '../flux/joined.js';
import { countedByRange, queryByRange } from '../flux/measures.js';
import type { RollupFieldOf } from '../flux/names.js';
import { raw, Stream, union, type Where } from '../flux/stream.js';
import { indented, literal } from '../flux/text.js';

type CallTag = 'account_id';

/** Below this a call is called bad; the default of `THRESHOLD_MOS`. */
export const BAD_MOS = 3.5;

/** A row for each phone call, or for this many with the lowest MOS: `call`, `samples`, `mos_min`, `mos`, `latency_ms`, `jitter_ms`, `loss_pct`, `poor_pct`. */
function callRows(where: Where<CallTag>, count: number): Stream<string> {
  return byRange('calls', fromRaw(where), fromList(where, count));
}

const CALL_COLUMNS = ['call', 'samples', 'mos_min', 'mos', 'latency_ms', 'jitter_ms', 'loss_pct'] as const;

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
    union(streams),
    '  |> group()',
    '  |> pivot(rowKey: ["call"], columnKey: ["_field"], valueColumn: "_value")',
    '  |> filter(fn: (r) => exists r.samples)',
    `  |> ${computed({ poor_pct: percentOf('r.poor', 'r.samples') }, CALL_COLUMNS)}`,
  ].join('\n');
}

const SUMS = ['mos', 'latency', 'jitter', 'loss'] as const;
const UNIT = { mos: '', latency: '_ms', jitter: '_ms', loss: '_pct' } as const;

/** The field with the sum of a metric. */
const sumOf = (metric: (typeof SUMS)[number]) =>
  `${metric}_sum${UNIT[metric]}` as RollupFieldOf<'zoom_calls'>;

const LIST_FIELDS: readonly RollupFieldOf<'zoom_calls'>[] = [
  'call_text',
  'samples',
  'poor',
  'mos_min',
  ...SUMS.flatMap((metric) => [sumOf(metric), `${metric}_samples` as const]),
];

/** Hours of the list, with these fields as columns, in one table. */
function hoursOfList(where: Where<CallTag>, fields: readonly RollupFieldOf<'zoom_calls'>[]): Stream<string> {
  return ofRollups<'zoom_calls'>('zoom_calls_1h', fields, WHOLE_HOURS)
    .where(where)
    .pipe('pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")', 'group()');
}

/** The calls with the lowest MOS alone, since adding up the hours of all of a month takes seconds. */
function fromList(where: Where<CallTag>, count: number): string {
  const or0 = (column: string) => `(if exists r.${column} then r.${column} else 0.0)`;
  const chosen = new Stream<string>(['hours']).pipe(
    'filter(fn: (r) => exists r.mos_min)',
    'map(fn: (r) => ({r with mos: r.mos_sum / r.mos_samples}))',
    'sort(columns: ["mos_min", "mos"])',
    'unique(column: "call_text")',
    `limit(n: ${count})`,
    'rename(columns: {call_text: "call"})',
  );
  const rows = new Stream<string>(['hours']).pipe(
    'filter(fn: (r) => r.call_text =~ ofLowest)',
    'group(columns: ["call_text"])',
    [
      'reduce(',
      `    identity: {samples: 0.0, poor: 0.0, mos_min: 9.0, ${SUMS.map((metric) => `${metric}_sum: 0.0, ${metric}_n: 0.0`).join(', ')}},`,
      '    fn: (r, accumulator) => ({',
      `      samples: accumulator.samples + ${or0('samples')},`,
      `      poor: accumulator.poor + ${or0('poor')},`,
      '      mos_min: if exists r.mos_min and r.mos_min < accumulator.mos_min then r.mos_min else accumulator.mos_min,',
      ...SUMS.flatMap((metric) => [
        `      ${metric}_sum: accumulator.${metric}_sum + ${or0(sumOf(metric))},`,
        `      ${metric}_n: accumulator.${metric}_n + ${or0(`${metric}_samples`)},`,
      ]),
      '    }),',
      '  )',
    ].join('\n'),
    'group()',
    computed(
      {
        call: 'r.call_text',
        poor_pct: percentOf('r.poor', 'r.samples'),
        mos_min: 'if r.mos_n > 0.0 then r.mos_min else debug.null(type: "float")',
        ...Object.fromEntries(
          SUMS.map((metric) => [`${metric}${UNIT[metric]}`, quotient(`r.${metric}_sum`, `r.${metric}_n`)]),
        ),
      },
      ['samples'],
    ),
  );
  const definitions = [
    `hours =\n${indented(String(hoursOfList(where, LIST_FIELDS)))}`,
    `lowest =\n${indented(String(chosen))}`,
    anyOf('ofLowest', 'lowest', 'call'),
  ];
  // A block, so that nothing of it is read for short ranges.
  return ['{', indented(definitions.join('\n')), '', `  return ${indented(String(rows)).trim()}`, '}'].join(
    '\n',
  );
}

/** How many calls there were. */
export function countedCalls(where: Where<CallTag>): string {
  const short = raw('zoom_call', 'poor').where(where).group('call').pipe('first()', 'group()');
  const long = ofRollups<'zoom_calls'>('zoom_calls_1h', ['call_text'], WHOLE_HOURS)
    .where(where)
    .group()
    .pipe('distinct()');
  return countedByRange(short, long);
}

/** How many calls had a sample below {@link BAD_MOS}. */
export function countedBadCalls(where: Where<CallTag>): string {
  const isBad = (column: string) => `filter(fn: (r) => exists r.${column} and r.${column} < ${BAD_MOS})`;
  const short = raw('zoom_call', 'mos')
    .where(where)
    .pipe(isBad('_value'))
    .group('call')
    .pipe('first()', 'group()');
  const long = hoursOfList(where, ['call_text', 'mos_min']).pipe(
    isBad('mos_min'),
    'distinct(column: "call_text")',
  );
  return countedByRange(short, long);
}

const PARTIES = [
  'caller_name',
  'caller_email',
  'caller_phone_number',
  'callee_name',
  'callee_email',
  'callee_phone_number',
] as const;

/** The calls with the lowest MOS on top, with `caller` and `callee`: the name, else the address, else the number. */
export function worstCalls(where: Where<CallTag>, count: number): string {
  const rows = callRows(where, count);
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
  // Companion events tell names and numbers; the samples themselves tell addresses.
  const addresses = raw('zoom_call', 'email')
    .pipe('filter(fn: (r) => r.call =~ ofTop and r._value != "")')
    .group('call', 'party')
    .pipe(
      'last()',
      `map(
        fn: (r) => {
          field = r.party + "_email"

          return {meeting: r.call, _field: field, _value: r._value}
        },
      )`,
    );
  const definitions = [
    ...rows.definitions,
    `top =\n${indented(String(top))}`,
    anyOf('ofTop', 'top', 'call'),
    [
      'parties =',
      // In groups of their own, as in hours-added.ts: what is told of nobody would be lost now and then, or what comes with it.
      `  union(tables: [array.from(rows: [${nobody}]) |> group(columns: ["meeting", "_field"]),\n${indented(String(parties), '    ')},\n${indented(String(addresses), '    ')},\n  ])`,
      '    |> filter(fn: (r) => r._value != "" or r.meeting == "")',
      '    |> group()',
      '    |> pivot(rowKey: ["meeting"], columnKey: ["_field"], valueColumn: "_value")',
    ].join('\n'),
    leftJoined({
      name: 'listed',
      left: 'top',
      right: 'parties',
      unless: 'length(arr: ofTop_values) == 0',
      on: [['call', 'meeting']],
      columns: Object.fromEntries(PARTIES.map((field) => [field, '""'])),
    }),
  ];
  const listed = new Stream<string>(['listed'], definitions).pipe(
    computed({
      caller: firstText('caller_name', 'caller_email', 'caller_phone_number'),
      callee: firstText('callee_name', 'callee_email', 'callee_phone_number'),
    }),
    'sort(columns: ["mos_min", "mos"])',
  );
  return queryByRange(listed, ['array', 'date', 'join', 'regexp', 'strings']);
}
