import { asGrafana, type Filling } from '../../test/grafana/as-grafana.js';
import { type DashboardJson, type PlacedQuery, queriesOf } from '../../test/grafana/queries-of.js';
import type { Filled } from './fill.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The ranges that are asked for, with the windows that Grafana takes for them in a panel of some 1,000 pixels. */
export const RANGES = {
  '15m': { rangeMs: 15 * MINUTE, windowMs: MINUTE },
  '1h': { rangeMs: HOUR, windowMs: MINUTE },
  '24h': { rangeMs: 24 * HOUR, windowMs: MINUTE },
  '7d': { rangeMs: 168 * HOUR, windowMs: 10 * MINUTE },
  '30d': { rangeMs: 720 * HOUR, windowMs: 30 * MINUTE },
} as const;

export type RangeName = keyof typeof RANGES;

/** A query as it is sent. */
export type Question = {
  readonly dashboard: string;
  readonly place: string;
  readonly kind: PlacedQuery['kind'];
  readonly range: RangeName;
  readonly flux: string;
};

const ALL = { all: '.*' } as const;
const ABOUT_ONE = ['qss-meeting', 'qss-participant'];

/** Every query of the dashboards at these ranges; those about one meeting are asked of the webinar, too. */
export function questions(
  dashboards: readonly DashboardJson[],
  ranges: readonly RangeName[],
  filled: Filled,
): readonly Question[] {
  return ranges.flatMap((range) =>
    dashboards
      .flatMap(queriesOf)
      .flatMap((placed) => [
        question(placed, range, filled, false),
        ...(ABOUT_ONE.includes(placed.dashboard) ? [question(placed, range, filled, true)] : []),
      ]),
  );
}

function question(placed: PlacedQuery, range: RangeName, filled: Filled, isWebinar: boolean): Question {
  const { dashboard, place, kind, query } = placed;
  const { rangeMs, windowMs } = RANGES[range];
  const filling: Filling = {
    from: filled.end - rangeMs,
    to: filled.end,
    windowMs,
    bucket: 'zoom',
    organization: 'bench',
    variables: {
      account: ALL,
      client_version: ALL,
      data_center: ALL,
      device: ALL,
      instance: ALL,
      location: ALL,
      network_type: ALL,
      site: ALL,
      source: ALL,
      search: [''],
      call: [filled.call],
      meeting: [isWebinar ? filled.webinar : filled.meeting],
      participant: [isWebinar ? filled.attendee : filled.participant],
      rollup_bucket: ['zoom_rollup'],
    },
  };
  return {
    dashboard: dashboard.replace('qss-', '') + (isWebinar ? ' (webinar)' : ''),
    place,
    kind,
    range,
    flux: asGrafana(query, filling),
  };
}
