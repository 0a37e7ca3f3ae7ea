import { dashboard } from '../dashboard.js';
import { rowLink } from '../links.js';
import { measured, SHARE_OF_POOR } from '../panels/quality-columns.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import { timeline } from '../panels/timeline.js';
import { THE_MEETING } from '../queries/meeting-range.js';
import {
  meanOf,
  meanOverTime,
  meetingChoices,
  notices,
  peopleOfMeeting,
  textOfMeeting,
  timeOfMeeting,
} from '../queries/one-meeting.js';
import { peopleSuffering, poorByPerson, roster } from '../queries/roster.js';
import { oneValue } from '../variables.js';

const toParticipant = rowLink('Why? Open the participant', 'qss-participant', {
  meeting: { variable: 'meeting' },
  participant: { column: 'participant' },
});

const ZOOM_IN = {
  title: 'Narrow the range to the meeting',
  url: '/d/qss-meeting?from=${__data.fields.from_ms}&to=${__data.fields.to_ms}&${meeting:queryparam}',
};

const media = (field: 'jitter_ms' | 'latency_ms' | 'loss_avg_pct') =>
  meanOverTime('zoom_qos', field, ['media', 'direction'], THE_MEETING);

/** One person or everyone, and who. */
export const meeting = () =>
  dashboard({
    uid: 'qss-meeting',
    about: 'One meeting: was it one person or everyone, who, when, and what is to blame.',
    from: 'now-6h',
    refresh: '1m',
    variables: [oneValue('meeting', 'Meeting', meetingChoices())],
    sections: [
      {
        heading: 'The answer',
        panels: [
          stat({
            title: 'Topic',
            about: 'Topic of the meeting or name of the session, where companion events tell it.',
            query: textOfMeeting('topic'),
            unit: 'text',
            textOf: '_value',
            nothing: 'no topic told',
            width: 6,
            height: 4,
          }),
          table({
            title: 'Number and time',
            about:
              'Meeting number, and the first and last sample of the meeting within the range. A click narrows the range of this page to the meeting.',
            query: timeOfMeeting(),
            columns: [
              { column: 'number', title: 'Number', link: ZOOM_IN, width: 120 },
              { column: 'from', title: 'From', unit: 'time', link: ZOOM_IN },
              { column: 'to', title: 'To', unit: 'time', link: ZOOM_IN },
              { column: 'from_ms', title: 'From, ms', isHidden: true },
              { column: 'to_ms', title: 'To, ms', isHidden: true },
            ],
            width: 8,
            height: 4,
          }),
          stat({
            title: 'Poor minutes',
            about:
              'Share of poor media minutes of the whole meeting within the range, percent. Red from 5 %.',
            query: meanOf('zoom_qos', 'poor', THE_MEETING, 100),
            ...SHARE_OF_POOR,
            width: 4,
            height: 4,
          }),
          stat({
            title: 'People',
            about: 'Participants with samples in the range. Somebody who joins again counts again.',
            query: peopleOfMeeting(),
            unit: 'count',
            decimals: 0,
            width: 3,
            height: 4,
          }),
          stat({
            title: 'Latency',
            about: 'Mean latency of all streams, ms.',
            query: meanOf('zoom_qos', 'latency_ms', THE_MEETING),
            unit: 'ms',
            decimals: 0,
            scale: 'latencyMs',
            width: 3,
            height: 4,
          }),
        ],
      },
      {
        heading: 'Who',
        panels: [
          table({
            title: 'People, the worst first (at most fifty)',
            about:
              'The fifty with most poor minutes, with the verdict: `network` (what they send is poor), `Wi-Fi` (the same with a weak signal), `computer` (network fine, CPU full), `far end` (only what arrives is poor), `good` (less than one bad minute in twenty). Bad: minutes to blame on something, of Minutes. Signal in dBm, CPU in percent. A click opens the participant.',
            query: roster(),
            columns: [
              { column: 'person', title: 'Person', link: toParticipant },
              { column: 'verdict', title: 'Verdict', width: 90 },
              { column: 'bad', title: 'Bad', unit: 'count', decimals: 0, width: 65 },
              { column: 'minutes', title: 'Minutes', unit: 'count', decimals: 0, width: 85 },
              measured('poor_pct', 80),
              measured('latency_ms', 90),
              measured('jitter_ms', 80),
              measured('loss_pct', 80),
              { column: 'rssi_dbm', title: 'Signal', unit: 'dbm', decimals: 0, scale: 'rssiDbm', width: 90 },
              { column: 'cpu_pct', title: 'CPU', unit: 'percent', decimals: 0, scale: 'cpuPct', width: 75 },
              { column: 'device_text', title: 'Device', width: 95 },
              { column: 'network_type_text', title: 'Network', width: 90 },
              { column: 'client_version_text', title: 'Client version', width: 130 },
              { column: 'participant', title: 'Join number', width: 110 },
            ],
            width: 24,
            height: 11,
          }),
          timeline({
            title: 'Who suffers when (the twenty worst)',
            about:
              'Share of poor streams of each person, minute by minute, percent. One red row: one person. A red column: everyone, so look at the data center or at Zoom. A hole: the person was not there.',
            query: poorByPerson(20),
            name: '${__field.labels.person}',
            unit: 'percent',
            decimals: 0,
            scale: 'poorPct',
            width: 24,
            height: 12,
          }),
        ],
      },
      {
        heading: 'When',
        panels: [
          series({
            title: 'People with poor quality',
            about: 'How many people are in the meeting, and how many of them have at least one poor stream.',
            query: peopleSuffering(),
            name: '${__field.labels.who}',
            unit: 'count',
            decimals: 0,
            min: 0,
            width: 12,
            height: 8,
          }),
          series({
            title: 'Packet loss',
            about:
              'Mean packet loss over all people, percent, by media and direction. Above 2 % words go missing.',
            query: media('loss_avg_pct'),
            name: '${__field.labels.media} ${__field.labels.direction}',
            unit: 'percent',
            decimals: 2,
            scale: 'lossPct',
            min: 0,
            width: 12,
            height: 8,
          }),
          series({
            title: 'Latency',
            about: 'Mean latency over all people, ms, by media and direction.',
            query: media('latency_ms'),
            name: '${__field.labels.media} ${__field.labels.direction}',
            unit: 'ms',
            scale: 'latencyMs',
            min: 0,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Jitter',
            about: 'Mean jitter over all people, ms, by media and direction.',
            query: media('jitter_ms'),
            name: '${__field.labels.media} ${__field.labels.direction}',
            unit: 'ms',
            scale: 'jitterMs',
            min: 0,
            width: 8,
            height: 8,
          }),
          table({
            title: "Zoom's notices",
            about:
              'What Zoom told people on their screens about their network, the latest first: `network bandwidth low` and the like. At most 200.',
            query: notices(THE_MEETING),
            columns: [
              { column: '_time', title: 'When', width: 170 },
              { column: 'notice', title: 'Notice' },
              { column: 'participant', title: 'Join number', width: 110, link: toParticipant },
              { column: 'site', title: 'Site', width: 120 },
              { column: 'network_type', title: 'Network', width: 90 },
            ],
            width: 8,
            height: 8,
          }),
        ],
      },
    ],
  });
