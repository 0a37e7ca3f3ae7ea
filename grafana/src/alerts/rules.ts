import { BUSY_CPU_PCT } from '../../../src/points/rollup-schema.js';
import type { DashboardUid } from '../links.js';
import { behind, largeMeetings, phoneScore, share, silence, validationAge } from './queries.js';

/** What an alert says when there is nothing to judge, or when the question fails. */
export type StateWithout = 'Alerting' | 'Error' | 'OK';

/** One alert: a query that gives one number per set of labels, and the limit that the number must not pass. */
export type AlertRule = {
  readonly uid: string;
  readonly title: string;
  readonly query: string;
  /** How far back the query looks, seconds. */
  readonly rangeSeconds: number;
  readonly is: 'above' | 'below';
  readonly limit: number;
  /** How long it has to last, such as `10m`. */
  readonly lasting: string;
  readonly severity: 'critical' | 'warning';
  readonly noData: Exclude<StateWithout, 'Error'>;
  readonly onError: StateWithout;
  /** In Go's template language, without `$`: Grafana would look for environment variables. */
  readonly summary: string;
  readonly description: string;
  /** Heading in docs/operations.md, as its anchor. */
  readonly runbook: string;
  readonly dashboard: DashboardUid;
};

const QUARTER_HOUR = 900;

/** The seven alerts. */
export const ALERTS: readonly AlertRule[] = [
  {
    uid: 'qss-site-poor',
    title: 'A site has poor calls',
    query: share('zoom_qos', 'poor', 'r._value > 0.0', ['site'], { site: { isNot: 'unknown' } }),
    rangeSeconds: QUARTER_HOUR,
    is: 'above',
    limit: 10,
    lasting: '10m',
    severity: 'warning',
    noData: 'OK',
    onError: 'Error',
    summary: 'Poor media at {{ .Labels.site }}: {{ printf "%.0f" .Values.B.Value }} % of the minutes',
    description:
      'More than 10 % of the media minutes of the last quarter of an hour are poor at this site (100 minutes and more).',
    runbook: 'a-site-has-poor-calls',
    dashboard: 'qss-places',
  },
  {
    uid: 'qss-phone-mos',
    title: 'Phone calls sound bad',
    query: phoneScore(),
    rangeSeconds: QUARTER_HOUR,
    is: 'below',
    limit: 3.5,
    lasting: '10m',
    severity: 'warning',
    noData: 'OK',
    onError: 'Error',
    summary: 'Mean MOS of phone calls is {{ printf "%.2f" .Values.B.Value }}',
    description:
      'The mean opinion score of all phone samples of the last quarter of an hour is below 3.5 (30 samples and more).',
    runbook: 'phone-calls-sound-bad',
    dashboard: 'qss-phone',
  },
  {
    uid: 'qss-large-meeting',
    title: 'A large meeting goes badly',
    query: largeMeetings(),
    rangeSeconds: 600,
    is: 'above',
    limit: 15,
    lasting: '3m',
    severity: 'critical',
    noData: 'OK',
    onError: 'Error',
    summary: 'Meeting {{ .Labels.meeting }}: {{ printf "%.0f" .Values.B.Value }} % of the minutes are poor',
    description:
      'In a meeting, webinar or session of 20 people and more, more than 15 % of the minutes of the last ten are poor.',
    runbook: 'a-large-meeting-goes-badly',
    dashboard: 'qss-meeting',
  },
  {
    uid: 'qss-busy-cpu',
    title: 'Computers of a site are busy',
    query: share('zoom_cpu', 'system_max_pct', `r._value >= ${BUSY_CPU_PCT}.0`, ['site'], {}),
    rangeSeconds: QUARTER_HOUR,
    is: 'above',
    limit: 25,
    lasting: '15m',
    severity: 'warning',
    noData: 'OK',
    onError: 'Error',
    summary:
      'Computers at {{ .Labels.site }} are busy in {{ printf "%.0f" .Values.B.Value }} % of the minutes',
    description: `In more than a quarter of the minutes, computers of this site are at ${BUSY_CPU_PCT} % CPU or more (100 minutes and more).`,
    runbook: 'computers-of-a-site-are-busy',
    dashboard: 'qss-clients',
  },
  {
    uid: 'qss-nothing-received',
    title: 'The bridge receives nothing',
    query: silence(),
    rangeSeconds: 1_800,
    is: 'above',
    limit: 0.5,
    lasting: '5m',
    severity: 'critical',
    noData: 'OK',
    onError: 'Error',
    summary: 'No event from Zoom in half an hour at {{ .Labels.instance }}',
    description:
      'No event came in the last half hour, though at least 60 came at the same time a day or a week ago.',
    runbook: 'the-bridge-receives-nothing',
    dashboard: 'qss-bridge',
  },
  {
    uid: 'qss-not-writing',
    title: 'The bridge can not write',
    query: behind(),
    rangeSeconds: 86_400,
    is: 'above',
    limit: 300,
    lasting: '2m',
    severity: 'critical',
    noData: 'Alerting',
    onError: 'Alerting',
    summary: '{{ .Labels.instance }} is {{ printf "%.0f" .Values.B.Value }} s behind',
    description:
      'What the bridge wrote last is more than five minutes old, or the oldest waiting event is; or InfluxDB does not answer. Events wait on disk.',
    runbook: 'the-bridge-can-not-write',
    dashboard: 'qss-bridge',
  },
  {
    uid: 'qss-validation-old',
    title: 'The last URL validation is too old',
    query: validationAge(),
    rangeSeconds: 3_600,
    is: 'above',
    limit: 74,
    lasting: '10m',
    severity: 'critical',
    noData: 'OK',
    onError: 'Error',
    summary: 'Zoom last validated the URL {{ printf "%.0f" .Values.B.Value }} hours ago',
    description: 'Zoom validates the URL of the webhook every 72 hours, and stops sending when that fails.',
    runbook: 'the-last-url-validation-is-too-old',
    dashboard: 'qss-bridge',
  },
];
