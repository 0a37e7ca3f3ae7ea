import { dashboard, type Section } from '../dashboard.js';
import type { FieldOf } from '../flux/names.js';
import { raw } from '../flux/stream.js';
import { literal } from '../flux/text.js';
import { rowLink } from '../links.js';
import { SHARE_OF_POOR } from '../panels/quality-columns.js';
import type { ScaleName } from '../panels/scales.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import type { Unit } from '../panels/units.js';
import { aboutMeeting, TOLD_RANGE } from '../queries/meeting-range.js';
import {
  meanOf,
  meanOverTime,
  meetingChoices,
  notices,
  participantChoices,
  textOfMeeting,
} from '../queries/one-meeting.js';
import { verdictSentence } from '../queries/verdict.js';
import { oneValue } from '../variables.js';

const THE_PARTICIPANT = {
  meeting: { chosenIn: 'meeting' },
  participant: { chosenIn: 'participant' },
} as const;

type Text = FieldOf<'zoom_participant'>;

/** What Zoom's own page of a participant shows, in its order, and what an engineer asks next. */
const FACTS: readonly (readonly [label: string, field: Text])[] = [
  ['Name', 'name'],
  ['Email', 'email'],
  ['Device', 'device_text'],
  ['Computer', 'pc_name'],
  ['Browser', 'device_detail'],
  ['Client version', 'client_version_text'],
  ['Network', 'network_type_text'],
  ['Connection', 'connection_type_text'],
  ['Location', 'location_text'],
  ['Remote address', 'signaling_ip_address'],
  ['Inner address', 'signaling_internal_ip_address'],
  ['Data center', 'data_center_text'],
  ["Zoom's server", 'destination_ip_domain'],
  ['Microphone', 'microphone_text'],
  ['Speaker', 'speaker_text'],
  ['Camera', 'camera_text'],
  ['Domain', 'domain_text'],
  ['Joined', 'join_time'],
  ['Left', 'leave_time'],
  ['Why they left', 'leave_reason'],
];

function facts(): string {
  const labels = FACTS.map(
    ([label, field], index) => `{key: ${literal(field)}, value: {what: ${literal(label)}, at: ${index}}}`,
  );
  const told = raw(
    'zoom_participant',
    FACTS.map(([, field]) => field),
    TOLD_RANGE,
  )
    .where(THE_PARTICIPANT)
    .group('_field')
    .pipe('sort(columns: ["_time"])', 'last()', 'group()');
  return aboutMeeting(
    ['dict'],
    `labels = dict.fromList(\n  pairs: [\n    ${labels.join(',\n    ')},\n  ],\n)`,
    '',
    String(told),
    '  |> map(',
    '    fn: (r) => {',
    '      label = dict.get(dict: labels, key: r._field, default: {what: "", at: 0})',
    '',
    '      return {what: label.what, told: r._value, at: label.at}',
    '    },',
    '  )',
    '  |> sort(columns: ["at"])',
    '  |> keep(columns: ["what", "told"])',
  );
}

type MediaField = Extract<
  FieldOf<'zoom_qos'>,
  'bitrate_kbps' | 'frame_rate_fps' | 'height_px' | 'jitter_ms' | 'latency_ms' | 'loss_avg_pct'
>;

const METRICS: Readonly<Record<MediaField, { title: string; unit: Unit; scale?: ScaleName; about: string }>> =
  {
    bitrate_kbps: {
      title: 'bit rate',
      unit: 'kbps',
      about: 'Bit rate. A fall while frames fall too: too little bandwidth or too little CPU.',
    },
    latency_ms: {
      title: 'latency',
      unit: 'ms',
      scale: 'latencyMs',
      about: 'Latency, ms, there and back. Above 150 ms people interrupt each other.',
    },
    jitter_ms: {
      title: 'jitter',
      unit: 'ms',
      scale: 'jitterMs',
      about: 'Jitter, ms. Above 40 ms audio breaks up; Wi-Fi is the usual cause.',
    },
    loss_avg_pct: {
      title: 'packet loss',
      unit: 'percent',
      scale: 'lossPct',
      about: 'Mean packet loss of each minute, percent. Above 2 % words go missing.',
    },
    frame_rate_fps: {
      title: 'frames',
      unit: 'fps',
      about: 'Frames per second. Low while nothing is lost: the computer is busy.',
    },
    height_px: {
      title: 'resolution',
      unit: 'pixels',
      about: 'Height of the picture, pixels: 720 is 1280×720. Steps down point to bandwidth or CPU.',
    },
  };

function mediaSection(
  heading: string,
  media: 'audio' | 'share' | 'video',
  fields: readonly MediaField[],
): Section {
  // Four in a row, or two rows of three.
  const width = fields.length === 4 ? 6 : 8;
  return {
    heading,
    panels: fields.map((field) => {
      const { title, unit, scale, about } = METRICS[field];
      return series({
        title: `${heading}: ${title}`,
        about: `${about} Sent and received apart, as the participant sees them.`,
        query: meanOverTime('zoom_qos', field, ['direction'], { ...THE_PARTICIPANT, media: { is: media } }),
        name: '${__field.labels.direction}',
        unit,
        ...(scale === undefined ? {} : { scale }),
        min: 0,
        width,
        height: 7,
      });
    }),
  };
}

/** Why was this person's call bad. */
export const participant = () =>
  dashboard({
    uid: 'qss-participant',
    about:
      "Why was this person's call bad: what Zoom's own page of a participant shows, with a verdict. Choose the meeting, then the person.",
    from: 'now-6h',
    refresh: '1m',
    variables: [
      oneValue('meeting', 'Meeting', meetingChoices()),
      oneValue('participant', 'Participant', participantChoices()),
    ],
    sections: [
      {
        heading: 'The answer',
        panels: [
          stat({
            title: 'Verdict',
            about:
              'What most of the bad minutes are to blame on, in how many minutes, and from when to when (UTC). Network: what they send is poor. Wi-Fi: the same with a weak signal. Computer: network fine, CPU full. Far end: only what arrives is poor, so look at the others in the meeting.',
            query: verdictSentence(THE_PARTICIPANT),
            unit: 'text',
            textOf: '_value',
            nothing: 'no samples of this person in the range',
            width: 12,
            height: 4,
          }),
          stat({
            title: 'Poor minutes',
            about: 'Share of poor media minutes within the range, percent. Red from 5 %.',
            query: meanOf('zoom_qos', 'poor', THE_PARTICIPANT, 100),
            ...SHARE_OF_POOR,
            width: 3,
            height: 4,
          }),
          stat({
            title: 'Loss',
            about: 'Mean packet loss over all streams, percent.',
            query: meanOf('zoom_qos', 'loss_avg_pct', THE_PARTICIPANT),
            unit: 'percent',
            decimals: 2,
            scale: 'lossPct',
            width: 3,
            height: 4,
          }),
          stat({
            title: 'CPU',
            about: 'CPU of the whole computer, mean of the highest of each minute, percent. Red from 85 %.',
            query: meanOf('zoom_cpu', 'system_max_pct', THE_PARTICIPANT),
            unit: 'percent',
            decimals: 0,
            scale: 'cpuPct',
            nothing: 'not told',
            width: 3,
            height: 4,
          }),
          stat({
            title: 'Wi-Fi signal',
            about: 'Mean signal, dBm. Above −67 is good, below −75 too weak for calls.',
            query: meanOf('zoom_wifi', 'rssi_avg_dbm', THE_PARTICIPANT),
            unit: 'dbm',
            decimals: 0,
            scale: 'rssiDbm',
            nothing: 'not on Wi-Fi',
            width: 3,
            height: 4,
          }),
        ],
      },
      {
        heading: 'Who and with what',
        panels: [
          table({
            title: 'Details',
            about:
              'What Zoom tells of the participant, as of the end of the range, also where it told it up to a day before the range. Depends on PRIVACY: hashes with `pseudonymous`, little with `minimal`. Remote address: the public one that Zoom sees.',
            query: facts(),
            columns: [
              { column: 'what', title: 'What', width: 150 },
              { column: 'told', title: 'Told by Zoom' },
            ],
            width: 14,
            height: 13,
          }),
          table({
            title: "Zoom's notices",
            about: 'What Zoom told this person on the screen about the network, the latest first.',
            query: notices(THE_PARTICIPANT),
            columns: [
              { column: '_time', title: 'When', width: 170 },
              { column: 'notice', title: 'Notice' },
              { column: 'network_type', title: 'Network', width: 90 },
            ],
            width: 10,
            height: 13,
          }),
          series({
            title: 'CPU',
            about:
              'CPU of the whole computer (highest of each minute) and the mean share of Zoom, percent. Full without Zoom: something else runs there.',
            query: [
              meanOverTime('zoom_cpu', 'system_max_pct', [], THE_PARTICIPANT, 'whole computer'),
              meanOverTime('zoom_cpu', 'zoom_avg_pct', [], THE_PARTICIPANT, 'Zoom'),
            ],
            name: '${__field.labels.what}',
            unit: 'percent',
            scale: 'cpuPct',
            min: 0,
            max: 100,
            width: 8,
            height: 7,
          }),
          series({
            title: 'Wi-Fi signal',
            about: 'Mean signal of each minute, dBm. Below −75 is too weak. No line: not on Wi-Fi.',
            query: meanOverTime('zoom_wifi', 'rssi_avg_dbm', ['network_type'], THE_PARTICIPANT),
            name: 'signal',
            unit: 'dbm',
            scale: 'rssiDbm',
            width: 8,
            height: 7,
          }),
          series({
            title: "Zoom's scores",
            about: "Zoom's own quality score by media, 1 to 5.",
            query: meanOverTime('zoom_score', 'score', ['media'], THE_PARTICIPANT),
            name: '${__field.labels.media}',
            unit: 'mos',
            decimals: 1,
            min: 1,
            max: 5,
            width: 8,
            height: 7,
          }),
        ],
      },
      mediaSection('Audio', 'audio', ['bitrate_kbps', 'latency_ms', 'jitter_ms', 'loss_avg_pct']),
      mediaSection('Video', 'video', [
        'bitrate_kbps',
        'latency_ms',
        'jitter_ms',
        'loss_avg_pct',
        'frame_rate_fps',
        'height_px',
      ]),
      mediaSection('Screen sharing', 'share', [
        'bitrate_kbps',
        'latency_ms',
        'jitter_ms',
        'loss_avg_pct',
        'frame_rate_fps',
        'height_px',
      ]),
      {
        heading: 'Back to the meeting',
        panels: [
          table({
            title: 'The meeting',
            about: 'Topic of the meeting; a click opens it, to see whether it was this person alone.',
            query: textOfMeeting('topic'),
            columns: [
              {
                column: '_value',
                title: 'Topic',
                link: rowLink('Open the meeting', 'qss-meeting', { meeting: { variable: 'meeting' } }),
              },
            ],
            width: 24,
            height: 4,
          }),
        ],
      },
    ],
  });
