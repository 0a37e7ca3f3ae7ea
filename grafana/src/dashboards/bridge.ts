import { QueryVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from '../dashboard.js';
import { raw } from '../flux/stream.js';
import { note } from '../panels/note.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { gauge, growth, latest, rate, showingLatest } from '../queries/bridge.js';
import { everyValue } from '../variables.js';

const instances = () =>
  everyValue(
    new QueryVariableBuilder('instance')
      .label('Instance')
      .query(
        raw('qss_bridge', 'waiting')
          .group('instance')
          .pipe('last()', 'group()', 'distinct(column: "instance")')
          .toString(),
      ),
  );

/** Seconds since the bridge last wrote a point about itself. */
const SILENCE = [
  raw('qss_bridge', 'accepted', { start: '-7d', stop: 'now()' })
    .where({ instance: { chosenIn: 'instance' } })
    .group()
    .pipe('last()'),
  '  |> map(fn: (r) => ({_value: float(v: int(v: now()) - int(v: r._time)) / 1000000000.0}))',
].join('\n');

/** Is the bridge healthy, is Zoom late. */
export const bridge = () =>
  dashboard({
    uid: 'qss-bridge',
    about: 'Is the bridge healthy, is Zoom late, and why these numbers may differ from those of Zoom.',
    from: 'now-6h',
    refresh: '1m',
    variables: [instances()],
    sections: [
      {
        heading: 'The answer',
        panels: [
          stat({
            title: 'Last sign of life',
            about:
              'Seconds since the bridge last wrote a point about itself; it does every 15 s. Much more: the bridge is down, or can not write. `qss-bridge doctor` says which.',
            query: SILENCE,
            unit: 'seconds',
            decimals: 0,
            scale: 'silence',
            nothing: 'none in 7 days',
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Events a second',
            about:
              'Events accepted from Zoom per second, latest window and range. None by day: is the event subscription active? `qss-bridge doctor` looks.',
            query: rate('accepted'),
            unit: 'perSecond',
            decimals: 1,
            sparkline: true,
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Waiting',
            about: 'Events on disk that are not yet in InfluxDB. Growing: InfluxDB is away or too slow.',
            query: showingLatest('waiting', 'sum'),
            unit: 'count',
            decimals: 0,
            scale: 'waiting',
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Zoom is late by',
            about:
              'Mean time from an event to its acceptance, ms, latest window and range. Some seconds are usual. Minutes: Zoom is late, or it repeats what was refused before.',
            query: gauge('delay_ms', 'mean'),
            unit: 'ms',
            decimals: 0,
            scale: 'delayMs',
            sparkline: true,
            width: 4,
            height: 4,
          }),
          stat({
            title: 'In quarantine',
            about:
              'Events that could not be read, or of which InfluxDB refused points. `qss-bridge quarantine list` shows them with their reason; they are kept.',
            query: showingLatest('quarantined', 'sum'),
            unit: 'count',
            decimals: 0,
            scale: 'anyIsFair',
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Last URL validation',
            about:
              'Hours since Zoom last validated the URL of the webhook; it does every 72 h and switches the subscription off when that fails. Red: look at the status page of the bridge.',
            query: String(
              latest('validation_age_s', 'max').pipe('map(fn: (r) => ({_value: r._value / 3600.0}))'),
            ),
            unit: 'hours',
            decimals: 0,
            scale: 'validationHours',
            nothing: 'none yet',
            width: 4,
            height: 4,
          }),
        ],
      },
      {
        heading: 'Over time',
        panels: [
          series({
            title: 'Accepted events',
            about: 'Events accepted from Zoom per second.',
            query: rate('accepted'),
            name: '${__field.labels.instance}',
            unit: 'perSecond',
            decimals: 1,
            min: 0,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Written points',
            about: 'Points written to InfluxDB per second.',
            query: rate('points'),
            name: '${__field.labels.instance}',
            unit: 'perSecond',
            decimals: 0,
            min: 0,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Waiting events',
            about: 'Events on disk that are not yet in InfluxDB; the highest of each window.',
            query: gauge('waiting'),
            name: '${__field.labels.instance}',
            unit: 'count',
            decimals: 0,
            scale: 'waiting',
            min: 0,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Age of the oldest waiting event',
            about: 'How far behind InfluxDB is, ms; the highest of each window.',
            query: gauge('lag_ms'),
            name: '${__field.labels.instance}',
            unit: 'ms',
            min: 0,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Delay of Zoom',
            about: 'Mean time from an event to its acceptance, ms.',
            query: gauge('delay_ms', 'mean'),
            name: '${__field.labels.instance}',
            unit: 'ms',
            scale: 'delayMs',
            min: 0,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Refused requests',
            about:
              'Requests refused per second: a wrong secret token, strangers, a full disk. The log and `/metrics` have the reasons.',
            query: rate('rejected'),
            name: '${__field.labels.instance}',
            unit: 'perSecond',
            decimals: 2,
            min: 0,
            width: 8,
            height: 8,
          }),
        ],
      },
      {
        heading: 'What was left out',
        panels: [
          stat({
            title: 'Repeated deliveries',
            about: 'Events in the range that Zoom delivered again; they are written once.',
            query: growth('repeated'),
            unit: 'count',
            decimals: 0,
            width: 4,
            height: 6,
          }),
          stat({
            title: 'Refused points',
            about:
              'Points in the range that InfluxDB refused: older than RETENTION, or of another type. Their events are in quarantine.',
            query: growth('lines_refused'),
            unit: 'count',
            decimals: 0,
            scale: 'anyIsFair',
            width: 4,
            height: 6,
          }),
          note({
            title: 'Why do these numbers differ from those of Zoom?',
            about: 'What to know before two numbers are compared.',
            text: [
              '- A **minute** here is one sample of one stream: somebody with audio and video, sent and received, has four a minute. Zoom counts participants and minutes of attendance.',
              "- **Poor** is judged by this bridge's thresholds (`THRESHOLD_*`), Zoom's own dashboard by Zoom's.",
              '- Zoom shows the **mean over a call**; here each minute counts, so short faults are seen.',
              '- **Latency** is the way there and back with the time the far end needs.',
              '- Overviews of more than a quarter of an hour read **rollups**, which lag some minutes behind; late events are taken in within three hours.',
              '- Zoom posts **about once a minute**, and not for every client: browsers and phones tell less.',
            ].join('\n'),
            width: 16,
            height: 6,
          }),
        ],
      },
    ],
  });
