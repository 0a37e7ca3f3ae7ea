import type { Thresholds } from '../settings/settings.js';
import type { FieldSet, FieldValue } from './field-set.js';

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
export function judge(fields: FieldSet, names: PoorFields, thresholds: Thresholds): 0 | 1 | undefined {
  const latency = compare(fields.get(names.latency), thresholds.latencyMs);
  const jitter = compare(fields.get(names.jitter), thresholds.jitterMs);
  const loss = compare(fields.get(names.loss), thresholds.lossPct);
  const mos = names.mos === undefined ? undefined : compare(thresholds.mos, fields.get(names.mos));
  if (latency === undefined && jitter === undefined && loss === undefined && mos === undefined)
    return undefined;
  return latency === true || jitter === true || loss === true || mos === true ? 1 : 0;
}

/** Whether the left is greater; undefined where one of them is no number. */
function compare(left: FieldValue | undefined, right: FieldValue | undefined): boolean | undefined {
  return typeof left === 'number' && typeof right === 'number' ? left > right : undefined;
}
