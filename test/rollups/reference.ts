import {
  type RESOLUTIONS,
  ROLLUPS,
  type Rollup,
  type RollupDefinition,
} from '../../src/points/rollup-schema.js';

/** A raw point as tests make it. */
export type RawPoint = {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number>>;
  /** ms since 1970 */
  readonly time: number;
};

/** Fields of rollups, by series: what should be there. */
export type Expected = Map<string, Record<string, number | string>>;

const WINDOW_MS = { '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const;

type Resolution = (typeof RESOLUTIONS)[number];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

const distinct = (points: readonly RawPoint[], ...tags: string[]) =>
  new Set(points.map((point) => JSON.stringify(tags.map((tag) => point.tags[tag])))).size;

/** What each field says, worked out the plain way and apart from the code under test. */
function fieldsOf(
  rollup: Rollup,
  points: readonly RawPoint[],
  minutes: number,
): Record<string, number | string> {
  const valuesOf = (field: string) => points.flatMap((point) => point.fields[field] ?? []);
  const having = (field: string) => points.filter((point) => point.fields[field] !== undefined);
  const found: Record<string, number | string> = {};
  const put = (name: string, values: readonly number[], sum: (values: readonly number[]) => number) => {
    if (values.length > 0) found[name] = sum(values);
  };
  const count = (values: readonly number[]) => values.length;
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const max = (values: readonly number[]) => Math.max(...values);
  const p95 = (values: readonly number[]) => percentile(values, 0.95);
  const p5 = (values: readonly number[]) => percentile(values, 0.05);
  if (rollup === 'zoom_cpu') {
    const system = valuesOf('system_max_pct');
    put('samples', system, count);
    put('busy', system, (values) => values.filter((value) => value >= 85).length);
    put('participants', system, () => distinct(having('system_max_pct'), 'meeting', 'participant'));
    put('system_mean_pct', system, mean);
    put('system_p95_pct', system, p95);
    put('zoom_mean_pct', valuesOf('zoom_avg_pct'), mean);
    put('zoom_p95_pct', valuesOf('zoom_avg_pct'), p95);
    return found;
  }
  if (rollup === 'zoom_wifi') {
    const signal = valuesOf('rssi_avg_dbm');
    put('samples', signal, count);
    put('weak', signal, (values) => values.filter((value) => value < -75).length);
    put('participants', signal, () => distinct(having('rssi_avg_dbm'), 'meeting', 'participant'));
    put('rssi_mean_dbm', signal, mean);
    put('rssi_p5_dbm', signal, p5);
    return found;
  }
  put('samples', valuesOf('poor'), count);
  put('poor', valuesOf('poor'), total);
  put('latency_mean_ms', valuesOf('latency_ms'), mean);
  put('jitter_mean_ms', valuesOf('jitter_ms'), mean);
  put('loss_mean_pct', valuesOf('loss_avg_pct'), mean);
  put('loss_max_pct', valuesOf('loss_max_pct'), max);
  put('latency_sum_ms', valuesOf('latency_ms'), total);
  put('latency_samples', valuesOf('latency_ms'), count);
  put('jitter_sum_ms', valuesOf('jitter_ms'), total);
  put('jitter_samples', valuesOf('jitter_ms'), count);
  put('loss_sum_pct', valuesOf('loss_avg_pct'), total);
  put('loss_samples', valuesOf('loss_avg_pct'), count);
  if (rollup === 'zoom_call' || rollup === 'zoom_calls') {
    put('mos_mean', valuesOf('mos'), mean);
    put('mos_sum', valuesOf('mos'), total);
    put('mos_samples', valuesOf('mos'), count);
    put('mos_min', valuesOf('mos'), (values) => Math.min(...values));
  }
  if (rollup === 'zoom_calls') found['call_text'] = points[0]?.tags['call'] ?? '';
  else if (rollup === 'zoom_call') {
    put('calls', valuesOf('poor'), () => distinct(having('poor'), 'call'));
    put('mos_p5', valuesOf('mos'), p5);
  } else {
    put('participants', valuesOf('poor'), () => distinct(having('poor'), 'meeting', 'participant'));
    if (rollup === 'zoom_meetings') found['meeting_text'] = points[0]?.tags['meeting'] ?? '';
    else {
      put('latency_p95_ms', valuesOf('latency_ms'), p95);
      put('latency_max_ms', valuesOf('latency_ms'), max);
      put('jitter_p95_ms', valuesOf('jitter_ms'), p95);
      put('jitter_max_ms', valuesOf('jitter_ms'), max);
      put('loss_p95_pct', valuesOf('loss_avg_pct'), p95);
      put('bitrate_mean_kbps', valuesOf('bitrate_kbps'), mean);
      put('bandwidth_kbps', valuesOf('bitrate_kbps'), (values) => total(values) / minutes);
      put('frame_rate_mean_fps', valuesOf('frame_rate_fps'), mean);
      put('frame_rate_sum_fps', valuesOf('frame_rate_fps'), total);
      put('frame_rate_samples', valuesOf('frame_rate_fps'), count);
    }
  }
  return found;
}

/** The name a point of a rollup is compared under: measurement, tags, start of the window, and the id where it is a list. */
export function pointKey(
  measurement: string,
  tags: Readonly<Record<string, string>>,
  start: number,
  id = '',
): string {
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([measurement, sorted, new Date(start).toISOString(), id]);
}

/** Every point that rollups of these raw points consist of, in whole windows. */
export function expectedRollups(raw: readonly RawPoint[], resolutions: readonly Resolution[]): Expected {
  const expected: Expected = new Map();
  for (const rollup of Object.keys(ROLLUPS) as Rollup[]) {
    const definition: RollupDefinition = ROLLUPS[rollup];
    const list = rollup === 'zoom_meetings' ? 'meeting' : rollup === 'zoom_calls' ? 'call' : undefined;
    for (const resolution of definition.resolutions.filter((each) => resolutions.includes(each))) {
      const width = WINDOW_MS[resolution];
      const groups = new Map<string, RawPoint[]>();
      for (const point of raw) {
        if (point.measurement !== definition.from) continue;
        if (rollup === 'zoom_isp' && point.tags['isp'] === undefined) continue;
        const tags = Object.fromEntries(definition.tags.map((tag) => [tag, point.tags[tag] ?? 'unknown']));
        const id = list === undefined ? '' : point.tags[list];
        const start = Math.floor(point.time / width) * width;
        const key = pointKey(`${rollup}_${resolution}`, tags, start, id);
        groups.set(key, [...(groups.get(key) ?? []), point]);
      }
      for (const [key, points] of groups) {
        const fields = fieldsOf(rollup, points, width / 60_000);
        if (Object.keys(fields).some((name) => !name.endsWith('_text'))) expected.set(key, fields);
      }
    }
  }
  return expected;
}
