import { BUSY_CPU_PCT, WEAK_WIFI_DBM } from '../../../src/points/rollup-schema.js';
import { computed } from '../flux/computed.js';
import type { TagOf } from '../flux/names.js';
import { raw, Stream, type Where } from '../flux/stream.js';
import { indented, literal } from '../flux/text.js';
import { aboutMeeting, MEETING_RANGE } from './meeting-range.js';

type PersonTag = TagOf<'zoom_cpu'> & TagOf<'zoom_qos'> & TagOf<'zoom_wifi'>;

/** Names of the streams with the Wi-Fi signal (dBm) and the CPU (percent), as they are stored. */
export const SIGNAL = 'signal';
export const PROCESSOR = 'processor';

/**
 * What is to blame, minute by minute, for each participant: `network`, `Wi-Fi`, `computer` or `far end`.
 *
 * - network: what the participant sends is poor (late, lost or uneven on its own way out), and the Wi-Fi is not weak
 * - Wi-Fi: the same, with a weak signal in that minute
 * - computer: the network is fine and the CPU is full
 * - far end: only what arrives is poor, while what is sent goes well: the trouble is on the others' side or between
 *
 * Somebody who sends nothing is judged by what arrives.
 *
 * Defines the streams {@link SIGNAL} and {@link PROCESSOR}, too.
 *
 * @param steps further steps that choose people, in Flux
 */
export function minutesOfBlame(where: Where<PersonTag>, steps: readonly string[] = []): string {
  const samples = (stream: Stream<PersonTag>) => stream.where(where).pipe(...steps);
  const defined = (name: string, stream: Stream<string>) =>
    `${name} =\n${indented(String(samples(stream as Stream<PersonTag>)))}`;
  // Windows of series are made where the data are; of the streams of a minute the highest value stays in pivot().
  const perMinute = (stream: Stream<string>, fn: 'max' | 'min', ...naming: readonly string[]) =>
    indented(
      String(
        stream
          .window(fn, '1m')
          .pipe(...naming, 'keep(columns: ["meeting", "participant", "_time", "_field", "_value"])'),
      ),
      '    ',
    );
  const media = (direction: 'received' | 'sent') =>
    samples(
      raw('zoom_qos', 'poor', MEETING_RANGE).where({ direction: { is: direction } }) as Stream<PersonTag>,
    );
  return [
    defined(SIGNAL, raw('zoom_wifi', 'rssi_avg_dbm', MEETING_RANGE)),
    defined(PROCESSOR, raw('zoom_cpu', 'system_max_pct', MEETING_RANGE)),
    'minutes =',
    '  union(',
    '    tables: [',
    `${perMinute(media('sent'), 'max', 'set(key: "_field", value: "sent")')},`,
    `${perMinute(media('received'), 'max', 'set(key: "_field", value: "received")')},`,
    `${perMinute(new Stream([SIGNAL]), 'min', 'map(fn: (r) => ({r with _value: 0.0 - r._value}))', 'set(key: "_field", value: "weakness")')},`,
    `${perMinute(new Stream([PROCESSOR]), 'max', 'set(key: "_field", value: "cpu")')},`,
    '    ],',
    '  )',
    '    |> group()',
    // Flux 0.19x mixes rows up where it pivots what was sorted by something else.
    '    |> sort(columns: ["meeting", "participant", "_time", "_value"])',
    '    |> pivot(rowKey: ["meeting", "participant", "_time"], columnKey: ["_field"], valueColumn: "_value")',
    '    |> map(',
    '      fn: (r) => {',
    '        outward = if exists r.sent then r.sent else if exists r.received then r.received else 0.0',
    '        inward = if exists r.received then r.received else 0.0',
    `        weak = exists r.weakness and r.weakness > ${-WEAK_WIFI_DBM}.0`,
    `        busy = exists r.cpu and r.cpu >= ${BUSY_CPU_PCT}.0`,
    '',
    '        return {',
    '          meeting: r.meeting,',
    '          participant: r.participant,',
    '          _time: r._time,',
    '          heard: if exists r.sent or exists r.received then 1.0 else 0.0,',
    '          blame:',
    '            if outward > 0.0 then',
    '              if weak then "Wi-Fi" else "network"',
    '            else if busy then',
    '              "computer"',
    '            else if inward > 0.0 then',
    '              "far end"',
    '            else',
    '              "",',
    '        }',
    '      },',
    '    )',
  ].join('\n');
}

/** The kinds of blame: the name in `blame`, the column of its minutes, and the word that a sentence begins with. */
const KINDS = [
  { blame: 'Wi-Fi', column: 'wifi', word: 'Wi-Fi' },
  { blame: 'network', column: 'network', word: 'Network' },
  { blame: 'computer', column: 'computer', word: 'Computer' },
  { blame: 'far end', column: 'far', word: 'Far end' },
] as const;

const isMost = (column: string, index: number) =>
  KINDS.slice(index + 1)
    .map((other) => `r.${column} >= r.${other.column}`)
    .join(' and ');

/** What belongs to the kind with the most bad minutes, as a Flux expression; of equal ones the first in {@link KINDS} counts. */
const most = (value: (kind: (typeof KINDS)[number]) => string) =>
  KINDS.map((kind, index) =>
    index === KINDS.length - 1 ? value(kind) : `if ${isMost(kind.column, index)} then ${value(kind)} else `,
  ).join('');

/**
 * One line for each participant: `verdict` (what most of the bad minutes are to blame on, or `good`), `bad` and `minutes`, the
 * bad minutes of each kind, and the clock times (UTC) of the first and last of each. Less than one bad minute in twenty is good.
 * Needs the import `strings`.
 */
export const VERDICTS = `verdicts =
  minutes
    |> filter(fn: (r) => r.heard > 0.0 or r.blame != "")
    |> group(columns: ["meeting", "participant"])
    |> sort(columns: ["_time"])
    |> reduce(
      identity: {minutes: 0, ${KINDS.map(({ column }) => `${column}: 0, ${column}_from: "", ${column}_to: ""`).join(', ')}},
      fn: (r, accumulator) => {
        clock = strings.substring(v: string(v: r._time), start: 11, end: 16)

        return {
          minutes: accumulator.minutes + 1,
${KINDS.map(
  ({
    blame,
    column,
  }) => `          ${column}: accumulator.${column} + (if r.blame == "${blame}" then 1 else 0),
          ${column}_from: if r.blame == "${blame}" and accumulator.${column}_from == "" then clock else accumulator.${column}_from,
          ${column}_to: if r.blame == "${blame}" then clock else accumulator.${column}_to,`,
).join('\n')}
        }
      },
    )
    |> group()
    |> map(
      fn: (r) => {
        bad = ${KINDS.map(({ column }) => `r.${column}`).join(' + ')}
        isGood = bad * 20 < r.minutes

        return {r with bad: bad, verdict: if isGood then "good" else ${most(({ blame }) => literal(blame))}}
      },
    )`;

/** The verdict as a sentence: what it is, in how many minutes of how many, and from when to when. */
export function verdictSentence(where: Where<PersonTag>): string {
  return aboutMeeting(
    ['strings'],
    minutesOfBlame(where),
    VERDICTS,
    '',
    'verdicts',
    `  |> ${computed(
      {
        word: most(({ word }) => literal(word)),
        count: most(({ column }) => `r.${column}`),
        from: most(({ column }) => `r.${column}_from`),
        to: most(({ column }) => `r.${column}_to`),
        good: '"Good: " + string(v: r.bad) + " of " + string(v: r.minutes) + " minutes were bad"',
        _value:
          'if r.verdict == "good" then new_good else new_word + ": " + string(v: new_count) + " of " + string(v: r.minutes) + " minutes, " + new_from + " to " + new_to + " UTC"',
      },
      [],
    )}`,
    '  |> keep(columns: ["_value"])',
  );
}

const VERDICT_WORDS = ['good', ...KINDS.map(({ blame }) => blame)];

/** The verdict as a number, so that it fits beside measured values, as a Flux expression of a row of `verdicts`. */
export const VERDICT_CODE = VERDICT_WORDS.map((word, code) =>
  code === VERDICT_WORDS.length - 1 ? `${code}.0` : `if r.verdict == ${literal(word)} then ${code}.0 else `,
).join('');

/** The verdict's word from its number in a column. */
export function verdictOf(column: string): string {
  const words = VERDICT_WORDS.map((word, code) => `if r.${column} == ${code}.0 then ${literal(word)} else `);
  return `if not exists r.${column} then "" else ${words.join('')}""`;
}
