import type { Thresholds } from '../settings/settings.js';
import type { FieldValue } from './point-set.js';

/** The names under which a measurement holds what is compared with the thresholds. */
export type PoorFields = {
  readonly latency: string;
  readonly jitter: string;
  readonly loss: string;
  readonly mos?: string;
};

/** Live media samples and phone samples. */
export const LIVE_POOR: PoorFields = { latency: 'latency_ms', jitter: 'jitter_ms', loss: 'loss_avg_pct' };

/** Phone samples have a MOS as well. */
export const CALL_POOR: PoorFields = { ...LIVE_POOR, mos: 'mos' };

/** Summaries are judged by their means. */
export const SUMMARY_POOR: PoorFields = {
  latency: 'latency_avg_ms',
  jitter: 'jitter_avg_ms',
  loss: 'loss_avg_pct',
};

/** 1 where one reading is past its threshold, 0 where none is, undefined where there is nothing to judge. */
export function judge(
  fields: ReadonlyMap<string, FieldValue>,
  names: PoorFields,
  thresholds: Thresholds,
): 0 | 1 | undefined {
  const past = [
    compare(fields.get(names.latency), (value) => value > thresholds.latencyMs),
    compare(fields.get(names.jitter), (value) => value > thresholds.jitterMs),
    compare(fields.get(names.loss), (value) => value > thresholds.lossPct),
    compare(names.mos === undefined ? undefined : fields.get(names.mos), (value) => value < thresholds.mos),
  ].filter((answer) => answer !== undefined);
  if (past.length === 0) return undefined;
  return past.includes(true) ? 1 : 0;
}

function compare(value: FieldValue | undefined, isPast: (value: number) => boolean): boolean | undefined {
  return typeof value === 'number' ? isPast(value) : undefined;
}
