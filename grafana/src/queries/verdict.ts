import { BUSY_CPU_PCT, WEAK_WIFI_DBM } from '../../../src/points/rollup-schema.js';
import type { TagOf } from '../flux/names.js';
import { raw, type Stream, type Where } from '../flux/stream.js';
import { indented, literal } from '../flux/text.js';

type PersonTag = TagOf<'zoom_cpu'> & TagOf<'zoom_qos'> & TagOf<'zoom_wifi'>;

/**
 * What is to blame, minute by minute, for each participant: `network`, `Wi-Fi`, `computer` or `far end`.
 *
 * - network: what the participant sends is poor (late, lost or uneven on its own way out), and the Wi-Fi is not weak
 * - Wi-Fi: the same, with a weak signal in that minute
 * - computer: the network is fine and the CPU is full
 * - far end: only what arrives is poor, while what is sent goes well: the trouble is on the others' side or between
 *
 * Somebody who sends nothing is judged by what arrives.
 */
export function minutesOfBlame(where: Where<PersonTag>): string {
  const perMinute = (stream: Stream<PersonTag>, fn: 'max' | 'min', name: string) =>
    indented(
      String(
        stream
          .where(where)
          .group('meeting', 'participant')
          .window(fn, '1m')
          .pipe(
            `set(key: "_field", value: ${literal(name)})`,
            'keep(columns: ["meeting", "participant", "_time", "_field", "_value"])',
          ),
      ),
      '    ',
    );
  const qos = (direction: 'received' | 'sent') =>
    raw('zoom_qos', 'poor').where({ direction: { is: direction } }) as Stream<PersonTag>;
  return [
    'minutes =',
    '  union(',
    '    tables: [',
    `${perMinute(qos('sent'), 'max', 'sent')},`,
    `${perMinute(qos('received'), 'max', 'received')},`,
    `${perMinute(raw('zoom_wifi', 'rssi_avg_dbm') as Stream<PersonTag>, 'min', 'rssi')},`,
    `${perMinute(raw('zoom_cpu', 'system_max_pct') as Stream<PersonTag>, 'max', 'cpu')},`,
    '    ],',
    '  )',
    '    |> group()',
    '    |> pivot(rowKey: ["meeting", "participant", "_time"], columnKey: ["_field"], valueColumn: "_value")',
    '    |> map(',
    '      fn: (r) => {',
    '        outward = if exists r.sent then r.sent else if exists r.received then r.received else 0.0',
    '        inward = if exists r.received then r.received else 0.0',
    `        weak = exists r.rssi and r.rssi < ${WEAK_WIFI_DBM}.0`,
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

/**
 * One line for each participant: `verdict` (what most of the bad minutes are to blame on, or `good`), `bad` and `minutes`, and
 * the bad minutes of each kind. Less than one bad minute in twenty is good.
 */
export const VERDICTS = `verdicts =
  minutes
    |> filter(fn: (r) => r.heard > 0.0 or r.blame != "")
    |> group(columns: ["meeting", "participant"])
    |> reduce(
      identity: {minutes: 0, network: 0, wifi: 0, computer: 0, far: 0},
      fn: (r, accumulator) => ({
        minutes: accumulator.minutes + 1,
        network: accumulator.network + (if r.blame == "network" then 1 else 0),
        wifi: accumulator.wifi + (if r.blame == "Wi-Fi" then 1 else 0),
        computer: accumulator.computer + (if r.blame == "computer" then 1 else 0),
        far: accumulator.far + (if r.blame == "far end" then 1 else 0),
      }),
    )
    |> group()
    |> map(
      fn: (r) => {
        bad = r.network + r.wifi + r.computer + r.far

        return {r with
          bad: bad,
          verdict:
            if bad * 20 < r.minutes then
              "good"
            else if r.wifi >= r.network and r.wifi >= r.computer and r.wifi >= r.far then
              "Wi-Fi"
            else if r.network >= r.computer and r.network >= r.far then
              "network"
            else if r.computer >= r.far then
              "computer"
            else
              "far end",
        }
      },
    )`;

/** The verdict as a sentence: what it is, in how many minutes of how many, and when it began and ended. */
export function verdictSentence(where: Where<PersonTag>): string {
  return [
    'import "date"',
    'import "join"',
    'import "strings"',
    '',
    minutesOfBlame(where),
    VERDICTS,
    // The minutes that say so, by their times of UTC.
    'blamed =',
    '  minutes',
    '    |> filter(fn: (r) => r.blame != "")',
    '    |> group(columns: ["meeting", "participant", "blame"])',
    '    |> sort(columns: ["_time"])',
    '    |> reduce(',
    '      identity: {first: "", last: ""},',
    '      fn: (r, accumulator) => {',
    '        clock = strings.substring(v: string(v: r._time), start: 11, end: 16)',
    '',
    '        return {first: if accumulator.first == "" then clock else accumulator.first, last: clock}',
    '      },',
    '    )',
    '    |> group()',
    '',
    'join.left(',
    '  left: verdicts,',
    '  right: blamed,',
    '  on: (l, r) => l.meeting == r.meeting and l.participant == r.participant and l.verdict == r.blame,',
    '  as: (l, r) => ({l with first: r.first, last: r.last}),',
    ')',
    '  |> map(',
    '    fn: (r) => ({',
    '      _value:',
    '        if r.verdict == "good" then',
    '          "Good: " + string(v: r.bad) + " of " + string(v: r.minutes) + " minutes were bad"',
    '        else',
    '          (if r.verdict == "network" then "Network" else if r.verdict == "computer" then "Computer" else if r.verdict == "far end" then "Far end" else r.verdict)',
    '            + ": " + string(v: if r.verdict == "network" then r.network else if r.verdict == "Wi-Fi" then r.wifi else if r.verdict == "computer" then r.computer else r.far)',
    '            + " of " + string(v: r.minutes) + " minutes, " + r.first + " to " + r.last + " UTC",',
    '    }),',
    '  )',
  ].join('\n');
}
