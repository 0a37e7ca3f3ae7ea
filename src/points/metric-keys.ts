import type { Dimension } from '../zoom/metric-value.js';
import { FieldSet } from './field-set.js';
import type { IdentifiedMeasurement } from './schema.js';

/** Where a metric key of Zoom's leads: the family of measurements, the field, and how its value is read. */
export type MetricKey = {
  readonly family: 'qos' | 'cpu' | 'score' | 'wifi' | 'notice';
  readonly field: string;
  readonly read: Dimension | 'resolution' | 'pressure' | 'grade' | 'notice';
};

const key = (family: MetricKey['family'], field: string, read: MetricKey['read']): MetricKey => ({
  family,
  field,
  read,
});

const EITHER: Record<string, MetricKey> = {
  resolution: key('qos', 'resolution', 'resolution'),
  zoom_min_cpu_usage: key('cpu', 'zoom_min_pct', 'pct'),
  zoom_avg_cpu_usage: key('cpu', 'zoom_avg_pct', 'pct'),
  zoom_max_cpu_usage: key('cpu', 'zoom_max_pct', 'pct'),
  system_max_cpu_usage: key('cpu', 'system_max_pct', 'pct'),
  system_min_cpu_pressure_level: key('cpu', 'pressure_min', 'pressure'),
  system_avg_cpu_pressure_level: key('cpu', 'pressure_avg', 'pressure'),
  system_max_cpu_pressure_level: key('cpu', 'pressure_max', 'pressure'),
  quality: key('score', 'grade', 'grade'),
  quality_score: key('score', 'score', 'number'),
  min_rssi: key('wifi', 'rssi_min_dbm', 'dbm'),
  avg_rssi: key('wifi', 'rssi_avg_dbm', 'dbm'),
  max_rssi: key('wifi', 'rssi_max_dbm', 'dbm'),
  network_notification: key('notice', 'notice', 'notice'),
};

const LIVE: Record<string, MetricKey> = {
  ...EITHER,
  bitrate: key('qos', 'bitrate_kbps', 'kbps'),
  latency: key('qos', 'latency_ms', 'ms'),
  jitter: key('qos', 'jitter_ms', 'ms'),
  avg_loss: key('qos', 'loss_avg_pct', 'pct'),
  max_loss: key('qos', 'loss_max_pct', 'pct'),
  frame_rate: key('qos', 'frame_rate_fps', 'fps'),
};

const SUMMED: readonly (readonly [metric: string, field: string, unit: string, read: Dimension])[] = [
  ['bitrate', 'bitrate', 'kbps', 'kbps'],
  ['latency', 'latency', 'ms', 'ms'],
  ['jitter', 'jitter', 'ms', 'ms'],
  ['loss', 'loss', 'pct', 'pct'],
  ['frame_rate', 'frame_rate', 'fps', 'fps'],
];

const SUMMARY: Record<string, MetricKey> = {
  ...EITHER,
  ...Object.fromEntries(
    SUMMED.flatMap(([metric, field, unit, read]) =>
      ['min', 'avg', 'max'].map((part) => [
        `${part}_${metric}`,
        key('qos', `${field}_${part}_${unit}`, read),
      ]),
    ),
  ),
};

/** The measurement that each family of readings goes to. */
export type FamilyMeasurements = Readonly<Record<MetricKey['family'], IdentifiedMeasurement>>;

/** A metric key and where its readings stand in a point. */
export type PlacedKey = MetricKey & {
  /** The place of the field among those of its measurement; of a resolution that of its width. */
  readonly place: number;
  /** Of a resolution: the place of its height. */
  readonly heightPlace: number;
  /** What the value measures; undefined where it is no number. */
  readonly dimension: Dimension | undefined;
};

/** Metric keys by Zoom's name for them. */
export class MetricKeys {
  readonly measurements: FamilyMeasurements;
  readonly #byName: ReadonlyMap<string, PlacedKey>;
  readonly #ofLists = new WeakMap<readonly string[], readonly (PlacedKey | undefined)[]>();

  constructor(byName: Readonly<Record<string, MetricKey>>, measurements: FamilyMeasurements) {
    this.measurements = measurements;
    this.#byName = new Map(
      Object.entries(byName).map(([name, metric]) => [name, placed(metric, measurements)]),
    );
  }

  get(name: string): PlacedKey | undefined {
    return this.#byName.get(name);
  }

  /** The keys of a list of names; the same list, which comes again and again, is looked up once. */
  ofAll(names: readonly string[]): readonly (PlacedKey | undefined)[] {
    let keys = this.#ofLists.get(names);
    if (keys === undefined) {
      keys = names.map((name) => this.get(name));
      this.#ofLists.set(names, keys);
    }
    return keys;
  }
}

function placed(metric: MetricKey, measurements: FamilyMeasurements): PlacedKey {
  const placeOf = (field: string) => FieldSet.placeOf(measurements[metric.family], field);
  const { family, field, read } = metric;
  const isResolution = read === 'resolution';
  return {
    family,
    field,
    read,
    place: placeOf(isResolution ? 'width_px' : field),
    heightPlace: isResolution ? placeOf('height_px') : -1,
    dimension:
      isResolution || read === 'pressure' || read === 'grade' || read === 'notice' ? undefined : read,
  };
}

/** Every metric key of live samples, under whatever `type` it comes. Source: Zoom's QSS event reference. */
export const LIVE_KEYS = new MetricKeys(LIVE, {
  qos: 'zoom_qos',
  cpu: 'zoom_cpu',
  score: 'zoom_score',
  wifi: 'zoom_wifi',
  notice: 'zoom_notice',
});

/** Every metric key of summaries. */
export const SUMMARY_KEYS = new MetricKeys(SUMMARY, {
  qos: 'zoom_qos_summary',
  cpu: 'zoom_cpu_summary',
  score: 'zoom_score_summary',
  wifi: 'zoom_wifi_summary',
  notice: 'zoom_notice',
});

/** Phone metric keys, live and in summaries; values come without units. */
export const CALL_KEYS: ReadonlyMap<string, { readonly field: string; readonly read: Dimension }> = new Map(
  Object.entries({
    bitrate: { field: 'bitrate_kbps', read: 'kbps' },
    network_delay: { field: 'latency_ms', read: 'ms' },
    latency: { field: 'latency_ms', read: 'ms' },
    jitter: { field: 'jitter_ms', read: 'ms' },
    avg_loss: { field: 'loss_avg_pct', read: 'pct' },
    max_loss: { field: 'loss_max_pct', read: 'pct' },
    mos: { field: 'mos', read: 'number' },
  } as const),
);

/** Keys that hold no metric and are passed over without being counted as unknown. */
export const SILENT_KEYS: ReadonlySet<string> = new Set(['rssi_unit', 'network']);

/** CPU pressure in words, weakest first. Source: the browsers' Compute Pressure API. */
export const PRESSURE_WORDS = ['normal', 'fair', 'serious', 'critical'] as const;

/** Zoom's words for a quality, worst first. */
export const GRADE_WORDS = ['bad', 'poor', 'fair', 'good'] as const;
