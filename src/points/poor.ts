import type { Thresholds } from '../settings/settings.js';
import { FieldSet, type FieldValue } from './field-set.js';
import type { Measurement } from './schema.js';

/** Where a measurement has what is compared with the thresholds, and where it says what came out; below 0 what it does not have. */
export type PoorPlaces = {
  readonly latency: number;
  readonly jitter: number;
  readonly loss: number;
  readonly mos: number;
  readonly poor: number;
};

function placesIn(measurement: Measurement, latency: string, jitter: string, loss: string): PoorPlaces {
  const placeOf = (field: string) => FieldSet.placeOf(measurement, field);
  return {
    latency: placeOf(latency),
    jitter: placeOf(jitter),
    loss: placeOf(loss),
    mos: placeOf('mos'),
    poor: placeOf('poor'),
  };
}

/** Live media samples. */
export const LIVE_POOR = placesIn('zoom_qos', 'latency_ms', 'jitter_ms', 'loss_avg_pct');

/** Phone samples, which have a MOS as well. */
export const CALL_POOR = placesIn('zoom_call', 'latency_ms', 'jitter_ms', 'loss_avg_pct');

/** Summaries are judged by their means. */
export const SUMMARY_POOR = placesIn('zoom_qos_summary', 'latency_avg_ms', 'jitter_avg_ms', 'loss_avg_pct');

/** Sets `poor`: 1 where one reading is past its threshold, 0 where none is; not at all where there is nothing to judge. */
export function judge(fields: FieldSet, places: PoorPlaces, thresholds: Thresholds): void {
  const latency = compare(fields.valueAt(places.latency), thresholds.latencyMs);
  const jitter = compare(fields.valueAt(places.jitter), thresholds.jitterMs);
  const loss = compare(fields.valueAt(places.loss), thresholds.lossPct);
  const mos = places.mos < 0 ? undefined : compare(thresholds.mos, fields.valueAt(places.mos));
  if (latency === undefined && jitter === undefined && loss === undefined && mos === undefined) return;
  fields.put(places.poor, latency === true || jitter === true || loss === true || mos === true ? 1 : 0);
}

/** Whether the left is greater; undefined where one of them is no number. */
function compare(left: FieldValue | undefined, right: FieldValue | undefined): boolean | undefined {
  return typeof left === 'number' && typeof right === 'number' ? left > right : undefined;
}
