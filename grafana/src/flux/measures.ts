import { BUSY_CPU_PCT, WEAK_WIFI_DBM } from '../../../src/points/rollup-schema.js';
import { type Sum, type SumsOptions, sums, WINDOW_BY_RANGE } from './by-range.js';
import type { Rollup } from './names.js';
import type { Stream } from './stream.js';

/** Families of rollups that tell media quality. */
export type MediaFamily = 'zoom_client' | 'zoom_isp' | 'zoom_place';

const POOR = {
  samples: { raw: { field: 'poor', fn: 'count' }, rolled: 'samples' },
  bad: { raw: { field: 'poor', fn: 'sum' }, rolled: 'poor' },
} as const;

const BUSY = {
  samples: { raw: { field: 'system_max_pct', fn: 'count' }, rolled: 'samples' },
  bad: {
    raw: { field: 'system_max_pct', fn: 'count', only: `r._value >= ${BUSY_CPU_PCT}.0` },
    rolled: 'busy',
  },
} as const;

const WEAK = {
  samples: { raw: { field: 'rssi_avg_dbm', fn: 'count' }, rolled: 'samples' },
  bad: { raw: { field: 'rssi_avg_dbm', fn: 'count', only: `r._value < ${WEAK_WIFI_DBM}.0` }, rolled: 'weak' },
} as const;

/** The columns of media quality beside the share of poor samples. */
const NETWORK = {
  latency_sum: { raw: { field: 'latency_ms', fn: 'sum' }, rolled: 'latency_sum_ms' },
  latency_samples: { raw: { field: 'latency_ms', fn: 'count' }, rolled: 'latency_samples' },
  jitter_sum: { raw: { field: 'jitter_ms', fn: 'sum' }, rolled: 'jitter_sum_ms' },
  jitter_samples: { raw: { field: 'jitter_ms', fn: 'count' }, rolled: 'jitter_samples' },
  loss_sum: { raw: { field: 'loss_avg_pct', fn: 'sum' }, rolled: 'loss_sum_pct' },
  loss_samples: { raw: { field: 'loss_avg_pct', fn: 'count' }, rolled: 'loss_samples' },
} as const;

const MEANS = (['latency', 'jitter', 'loss'] as const)
  .map(
    (metric) => `${metric}: if r.${metric}_samples > 0.0 then r.${metric}_sum / r.${metric}_samples else 0.0`,
  )
  .join(', ');

/** The part of all samples that are bad, percent. A kind of badness that no window has is no column, hence `exists`. */
const SHARE =
  'share: if exists r.bad and exists r.samples and r.samples > 0.0 then 100.0 * r.bad / r.samples else 0.0';

type Asked<R extends Rollup> = Omit<SumsOptions<R, string>, 'sums'>;

/** Share of poor media samples (`share`, percent) with `samples` and `bad`. */
export function poorShare<R extends MediaFamily>(asked: Asked<R>): Stream<string> {
  return withShare(asked, POOR as Record<'bad' | 'samples', Sum<R>>);
}

/** Share of poor media samples with the means of latency (ms), jitter (ms) and loss (percent). */
export function quality<R extends MediaFamily>(asked: Asked<R>): Stream<string> {
  return sums<R, string>({ ...asked, sums: { ...POOR, ...NETWORK } as Record<string, Sum<R>> }).pipe(
    `map(fn: (r) => ({r with ${SHARE}, ${MEANS}}))`,
  );
}

/** Share of poor phone samples. */
export function poorCalls(asked: Omit<Asked<'zoom_call'>, 'family'>): Stream<string> {
  return withShare<'zoom_call'>({ ...asked, family: 'zoom_call' }, POOR);
}

/** Share of samples with a busy computer. */
export function busyShare(asked: Omit<Asked<'zoom_cpu'>, 'family'>): Stream<string> {
  return withShare<'zoom_cpu'>({ ...asked, family: 'zoom_cpu' }, BUSY);
}

/** Share of samples with a weak Wi-Fi signal. */
export function weakShare(asked: Omit<Asked<'zoom_wifi'>, 'family'>): Stream<string> {
  return withShare<'zoom_wifi'>({ ...asked, family: 'zoom_wifi' }, WEAK);
}

/** A query: definitions, then the stream. */
export function queryByRange(stream: Stream<string>, imports: readonly string[] = []): string {
  const head = imports.map((name) => `import "${name}"`);
  return [...head, WINDOW_BY_RANGE, '', String(stream)].join('\n');
}

function withShare<R extends Rollup>(
  asked: Asked<R>,
  counts: Readonly<Record<'bad' | 'samples', Sum<R>>>,
): Stream<string> {
  return sums<R, string>({ ...asked, sums: counts }).pipe(`map(fn: (r) => ({r with ${SHARE}}))`);
}
