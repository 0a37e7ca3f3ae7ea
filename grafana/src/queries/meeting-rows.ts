import { byRange, ofRollups, WHOLE_HOURS } from '../flux/by-range.js';
import { computed, percentOf, quotient } from '../flux/computed.js';
import { raw, type Stream, union, type Where } from '../flux/stream.js';
import { literal } from '../flux/text.js';

/** The tags by which lists of meetings can be narrowed: the rollups have no others. */
export type MeetingTag = 'account_id' | 'source';

/**
 * A row for each meeting, webinar and session: `source`, `meeting`, `participants`, `samples`, `poor_pct`, `latency_ms`,
 * `loss_pct`. From raw points for short ranges, else from the hourly list. Needs the imports `date` and
 * `internal/debug`.
 */
export function meetingRows(where: Where<MeetingTag>): Stream<string> {
  return byRange('meetings', fromRaw(where), fromList(where));
}

function fromRaw(where: Where<MeetingTag>): string {
  const of = (field: 'latency_ms' | 'loss_avg_pct' | 'poor') =>
    raw('zoom_qos', field).where(where).group('source', 'meeting');
  const called = (stream: Stream<string>, name: string) =>
    stream.pipe(`set(key: "_field", value: ${literal(name)})`);
  const people = raw('zoom_qos', 'poor')
    .where({ ...where, media: { is: 'audio' } })
    .group('source', 'meeting', 'participant')
    .aggregate('first')
    .group('source', 'meeting')
    .aggregate('count')
    .pipe('toFloat()');
  const streams = [
    called(of('poor').pipe('count()', 'toFloat()'), 'samples'),
    called(of('poor').aggregate('sum'), 'poor'),
    called(of('latency_ms').aggregate('mean'), 'latency_ms'),
    called(of('loss_avg_pct').aggregate('mean'), 'loss_pct'),
    called(people, 'participants'),
  ];
  return [
    union(streams),
    '  |> group()',
    '  |> pivot(rowKey: ["source", "meeting"], columnKey: ["_field"], valueColumn: "_value")',
    '  |> filter(fn: (r) => exists r.samples)',
    SAME_COLUMNS,
  ].join('\n');
}

/** Flux wants the same columns of both branches. */
const SAME_COLUMNS = `  |> ${computed(
  {
    participants: 'if exists r.participants then r.participants else 0.0',
    poor_pct: percentOf('r.poor', 'r.samples'),
  },
  ['source', 'meeting', 'samples', 'latency_ms', 'loss_pct'],
)}`;

const LIST_FIELDS = [
  'meeting_text',
  'samples',
  'poor',
  'participants',
  'latency_sum_ms',
  'latency_samples',
  'loss_sum_pct',
  'loss_samples',
] as const;

const ADD_HOURS = `reduce(
    identity: {samples: 0.0, poor: 0.0, participants: 0.0, late: 0.0, timed: 0.0, lost: 0.0, sent: 0.0},
    fn: (r, accumulator) => ({
      samples: accumulator.samples + r.samples,
      poor: accumulator.poor + r.poor,
      participants: if r.participants > accumulator.participants then r.participants else accumulator.participants,
      late: accumulator.late + (if exists r.latency_sum_ms then r.latency_sum_ms else 0.0),
      timed: accumulator.timed + (if exists r.latency_samples then r.latency_samples else 0.0),
      lost: accumulator.lost + (if exists r.loss_sum_pct then r.loss_sum_pct else 0.0),
      sent: accumulator.sent + (if exists r.loss_samples then r.loss_samples else 0.0),
    }),
  )`;

const MEANS_OF_SUMS = computed(
  {
    meeting: 'r.meeting_text',
    poor_pct: percentOf('r.poor', 'r.samples'),
    latency_ms: quotient('r.late', 'r.timed'),
    loss_pct: quotient('r.lost', 'r.sent'),
  },
  ['source', 'participants', 'samples'],
);

function fromList(where: Where<MeetingTag>): string {
  return ofRollups<'zoom_meetings'>('zoom_meetings_1h', LIST_FIELDS, WHOLE_HOURS)
    .where(where)
    .pipe(
      'pivot(rowKey: ["source", "_time"], columnKey: ["_field"], valueColumn: "_value")',
      'group(columns: ["source", "meeting_text"])',
      ADD_HOURS,
      'group()',
      MEANS_OF_SUMS,
    )
    .toString();
}
