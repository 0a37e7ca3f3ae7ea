import { BUSY_CPU_PCT, WEAK_WIFI_DBM } from '../../../src/points/rollup-schema.js';
import { byRange, type Mean, type MeansOptions, means, WINDOW_BY_RANGE } from './by-range.js';
import type { Rollup } from './names.js';
import type { Stream } from './stream.js';

/** Families of rollups that tell media quality. */
export type MediaFamily = 'zoom_client' | 'zoom_isp' | 'zoom_place';

/** What can be told of media: shares in percent, latency and jitter in ms. */
export const MEDIA_MEANS = {
  poor_pct: { raw: 'poor', sum: 'poor', samples: 'samples', times: 100 },
  latency_ms: { raw: 'latency_ms', sum: 'latency_sum_ms', samples: 'latency_samples' },
  jitter_ms: { raw: 'jitter_ms', sum: 'jitter_sum_ms', samples: 'jitter_samples' },
  loss_pct: { raw: 'loss_avg_pct', sum: 'loss_sum_pct', samples: 'loss_samples' },
  frame_rate_fps: { raw: 'frame_rate_fps', sum: 'frame_rate_sum_fps', samples: 'frame_rate_samples' },
} as const satisfies Record<string, Mean<'zoom_place'>>;

export type MediaMean = keyof typeof MEDIA_MEANS;

/** What can be told of phone calls. */
export const CALL_MEANS = {
  poor_pct: { raw: 'poor', sum: 'poor', samples: 'samples', times: 100 },
  mos: { raw: 'mos', sum: 'mos_sum', samples: 'mos_samples' },
  latency_ms: { raw: 'latency_ms', sum: 'latency_sum_ms', samples: 'latency_samples' },
  jitter_ms: { raw: 'jitter_ms', sum: 'jitter_sum_ms', samples: 'jitter_samples' },
  loss_pct: { raw: 'loss_avg_pct', sum: 'loss_sum_pct', samples: 'loss_samples' },
} as const satisfies Record<string, Mean<'zoom_call'>>;

export type CallMean = keyof typeof CALL_MEANS;

const BUSY: Mean<'zoom_cpu'> = {
  raw: 'system_max_pct',
  rate: `if r._value >= ${BUSY_CPU_PCT}.0 then 1.0 else 0.0`,
  sum: 'busy',
  samples: 'samples',
  times: 100,
};

const WEAK: Mean<'zoom_wifi'> = {
  raw: 'rssi_avg_dbm',
  rate: `if r._value < ${WEAK_WIFI_DBM}.0 then 1.0 else 0.0`,
  sum: 'weak',
  samples: 'samples',
  times: 100,
};

type Asked<R extends Rollup> = Omit<MeansOptions<R, string>, 'means'>;

/** Means of media quality, in columns of these names. */
export function media<R extends MediaFamily>(
  columns: readonly MediaMean[],
  asked: Asked<R>,
): Stream<MeansOptions<R, string>['by'][number]> {
  // The families have the same fields and are made from the same measurement.
  const wanted = Object.fromEntries(columns.map((name) => [name, MEDIA_MEANS[name]]));
  return means({ ...asked, means: wanted });
}

/** Means of phone quality, in columns of these names. */
export function calls(columns: readonly CallMean[], asked: Omit<Asked<'zoom_call'>, 'family'>) {
  const wanted = Object.fromEntries(columns.map((name) => [name, CALL_MEANS[name]]));
  return means<'zoom_call', string>({ ...asked, family: 'zoom_call', means: wanted });
}

/** Share of the minutes with a busy computer, percent, in the column `busy_pct`. */
export function busyShare(asked: Omit<Asked<'zoom_cpu'>, 'family'>) {
  return means<'zoom_cpu', 'busy_pct'>({ ...asked, family: 'zoom_cpu', means: { busy_pct: BUSY } });
}

/** Share of the minutes with a weak Wi-Fi signal, percent, in the column `weak_pct`. */
export function weakShare(asked: Omit<Asked<'zoom_wifi'>, 'family'>) {
  return means<'zoom_wifi', 'weak_pct'>({ ...asked, family: 'zoom_wifi', means: { weak_pct: WEAK } });
}

/** A whole query: imports and definitions, then the stream. */
export function queryByRange(stream: Stream<string>, imports: readonly string[] = []): string {
  const head = [...new Set(['internal/debug', ...imports])].sort().map((name) => `import "${name}"`);
  return [...head, '', WINDOW_BY_RANGE, ...stream.definitions, '', String(stream)].join('\n');
}

/** A query of one number: how many rows a stream has, from raw points for short ranges and else from rollups. */
export function countedByRange(short: Stream<string>, long: Stream<string>): string {
  const counted = (stream: Stream<string>) => stream.pipe('count()', 'keep(columns: ["_value"])');
  return queryByRange(byRange('counted', counted(short), counted(long)), ['date']);
}
