import { byRange, ofRollups, WHOLE_HOURS } from '../flux/by-range.js';
import { computed, percentOf, quotient } from '../flux/computed.js';
import { raw, type Stream, union, type Where } from '../flux/stream.js';
import { literal } from '../flux/text.js';
import { hoursAdded } from './hours-added.js';

/** The tags by which lists of meetings can be narrowed: the rollups have no others. */
export type MeetingTag = 'account_id' | 'source';

/**
 * A row for each meeting, webinar and session: `source`, `meeting`, `participants`, `samples`, `poor_pct`, `latency_ms`,
 * `loss_pct`. From raw points for short ranges, else from the hourly list. Needs the imports `array`, `date` and
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
  'participants',
  'samples',
  'poor',
  'latency_sum_ms',
  'latency_samples',
  'loss_sum_pct',
  'loss_samples',
] as const;

const MEANS_OF_SUMS = computed(
  {
    meeting: 'r.meeting_text',
    poor_pct: percentOf('r.poor', 'r.samples'),
    latency_ms: quotient('r.latency_sum_ms', 'r.latency_samples'),
    loss_pct: quotient('r.loss_sum_pct', 'r.loss_samples'),
  },
  ['source', 'participants', 'samples'],
);

function fromList(where: Where<MeetingTag>): string {
  const [id, highest, ...sums] = LIST_FIELDS;
  const hours = ofRollups<'zoom_meetings'>('zoom_meetings_1h', LIST_FIELDS, WHOLE_HOURS)
    .where(where)
    .pipe('pivot(rowKey: ["source", "_time"], columnKey: ["_field"], valueColumn: "_value")');
  return [hoursAdded({ hours, id, highest, sums, texts: ['source'] }), `  |> ${MEANS_OF_SUMS}`].join('\n');
}
