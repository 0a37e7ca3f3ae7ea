import {
  BUSY_CPU_PCT,
  type ROLLUPS,
  type Rollup,
  type RollupFieldOf,
  WEAK_WIFI_DBM,
} from '../points/rollup-schema.js';
import type { FieldOf } from '../points/schema.js';

/** What becomes of the values of one raw field in a window. */
export type Aggregate =
  | 'count'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'p5'
  | 'p95'
  /** Their sum divided by the minutes of the window. */
  | 'per_minute'
  /** How many are at or above a limit, or below one. */
  | { readonly atLeast: number }
  | { readonly below: number };

/** How a field of a rollup is made. */
export type Recipe =
  | { readonly of: string; readonly by: Aggregate }
  /** How many combinations of these raw tags have a value of the raw field. */
  | { readonly of: string; readonly distinct: readonly string[] }
  /** A raw tag that is stored as a text, on a point of its own for each value. */
  | { readonly textOf: string };

type RawFieldOf<R extends Rollup> = FieldOf<(typeof ROLLUPS)[R]['from']>;

type RecipeOf<R extends Rollup> = Recipe & ({ readonly of: RawFieldOf<R> } | { readonly textOf: string });

const COUNTS = { samples: { of: 'poor', by: 'count' }, poor: { of: 'poor', by: 'sum' } } as const;

/** A join number means nothing outside its meeting. */
const PARTICIPANT = ['meeting', 'participant'] as const;

const NETWORK_MEANS = {
  latency_mean_ms: { of: 'latency_ms', by: 'mean' },
  jitter_mean_ms: { of: 'jitter_ms', by: 'mean' },
  loss_mean_pct: { of: 'loss_avg_pct', by: 'mean' },
  loss_max_pct: { of: 'loss_max_pct', by: 'max' },
  latency_sum_ms: { of: 'latency_ms', by: 'sum' },
  latency_samples: { of: 'latency_ms', by: 'count' },
  jitter_sum_ms: { of: 'jitter_ms', by: 'sum' },
  jitter_samples: { of: 'jitter_ms', by: 'count' },
  loss_sum_pct: { of: 'loss_avg_pct', by: 'sum' },
  loss_samples: { of: 'loss_avg_pct', by: 'count' },
} as const;

const MOS = {
  mos_mean: { of: 'mos', by: 'mean' },
  mos_sum: { of: 'mos', by: 'sum' },
  mos_samples: { of: 'mos', by: 'count' },
  mos_min: { of: 'mos', by: 'min' },
} as const;

const QOS = {
  ...COUNTS,
  participants: { of: 'poor', distinct: PARTICIPANT },
  ...NETWORK_MEANS,
  latency_p95_ms: { of: 'latency_ms', by: 'p95' },
  latency_max_ms: { of: 'latency_ms', by: 'max' },
  jitter_p95_ms: { of: 'jitter_ms', by: 'p95' },
  jitter_max_ms: { of: 'jitter_ms', by: 'max' },
  loss_p95_pct: { of: 'loss_avg_pct', by: 'p95' },
  bitrate_mean_kbps: { of: 'bitrate_kbps', by: 'mean' },
  bandwidth_kbps: { of: 'bitrate_kbps', by: 'per_minute' },
  frame_rate_mean_fps: { of: 'frame_rate_fps', by: 'mean' },
  frame_rate_sum_fps: { of: 'frame_rate_fps', by: 'sum' },
  frame_rate_samples: { of: 'frame_rate_fps', by: 'count' },
} as const;

/** How every field of every rollup is made from the raw points. */
export const RECIPES: {
  readonly [R in Rollup]: { readonly [F in RollupFieldOf<R>]: RecipeOf<R> };
} = {
  zoom_place: QOS,
  zoom_client: QOS,
  zoom_isp: QOS,
  zoom_cpu: {
    samples: { of: 'system_max_pct', by: 'count' },
    busy: { of: 'system_max_pct', by: { atLeast: BUSY_CPU_PCT } },
    participants: { of: 'system_max_pct', distinct: PARTICIPANT },
    system_mean_pct: { of: 'system_max_pct', by: 'mean' },
    system_p95_pct: { of: 'system_max_pct', by: 'p95' },
    zoom_mean_pct: { of: 'zoom_avg_pct', by: 'mean' },
    zoom_p95_pct: { of: 'zoom_avg_pct', by: 'p95' },
  },
  zoom_wifi: {
    samples: { of: 'rssi_avg_dbm', by: 'count' },
    weak: { of: 'rssi_avg_dbm', by: { below: WEAK_WIFI_DBM } },
    participants: { of: 'rssi_avg_dbm', distinct: PARTICIPANT },
    rssi_mean_dbm: { of: 'rssi_avg_dbm', by: 'mean' },
    rssi_p5_dbm: { of: 'rssi_avg_dbm', by: 'p5' },
  },
  zoom_call: {
    ...COUNTS,
    calls: { of: 'poor', distinct: ['call'] },
    ...MOS,
    mos_p5: { of: 'mos', by: 'p5' },
    ...NETWORK_MEANS,
  },
  zoom_meetings: {
    meeting_text: { textOf: 'meeting' },
    ...COUNTS,
    participants: { of: 'poor', distinct: ['participant'] },
    ...NETWORK_MEANS,
  },
  zoom_calls: {
    call_text: { textOf: 'call' },
    ...COUNTS,
    ...MOS,
    ...NETWORK_MEANS,
  },
};
