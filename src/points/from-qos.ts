import type { QosEvent, Sample } from '../zoom/decoded.js';
import type { Omission } from '../zoom/faults.js';
import { RecentMap } from '../zoom/recent-map.js';
import { readStream } from '../zoom/stream.js';
import type { SeriesWriter } from './line.js';
import { LIVE_KEYS, type MetricKey, SUMMARY_KEYS } from './metric-keys.js';
import type { PointOptions } from './options.js';
import { type Point, PointSet } from './point-set.js';
import { judge, LIVE_POOR, SUMMARY_POOR } from './poor.js';
import { readDetails } from './read-details.js';
import type { IdentifiedMeasurement } from './schema.js';

type Family = MetricKey['family'];

/** Finds the series writer for what was known of the participant at a moment. */
export type WriterAt = (moment: number) => SeriesWriter;

/** The points of one participant's samples. */
export function pointsOfQos(
  event: QosEvent,
  writerAt: WriterAt,
  options: PointOptions,
  omit: (omission: Omission) => void,
): Point[] {
  const set = new PointSet();
  const keys = event.summary ? SUMMARY_KEYS : LIVE_KEYS;
  for (const [index, sample] of event.samples.entries()) {
    const placeFor = placer(set, event.summary, sample, writerAt(sample.time), options);
    readDetails(
      sample.details,
      keys,
      () => `qos[${index}].details`,
      (family, field, value) => {
        if (family === 'notice') placeFor('notice', String(value)).fields.set('count', 1);
        else placeFor(family, '').fields.set(field, value);
      },
      omit,
    );
  }
  const points = set.points();
  for (const { measurement, fields } of points) {
    if (measurement !== 'zoom_qos' && measurement !== 'zoom_qos_summary') continue;
    const poor = judge(fields, event.summary ? SUMMARY_POOR : LIVE_POOR, options.thresholds);
    if (poor !== undefined) fields.set('poor', poor);
  }
  return points;
}

function placer(
  set: PointSet,
  summary: boolean,
  { time, type }: Sample,
  writer: SeriesWriter,
  options: PointOptions,
) {
  const stream = readStream(type, options.inputDirection);
  const measurements = summary ? SUMMARY_MEASUREMENTS : LIVE_MEASUREMENTS;
  const locals = LOCALS.get(`${summary} ${type}`, () => localNames(measurements, type, stream.media));
  const places: Partial<Record<Family, Point>> = {};
  const place = (family: Family, notice: string): Point => {
    const measurement = measurements[family];
    const local = family === 'notice' ? `${measurement},${notice}` : locals[family];
    const series = writer.series(measurement, local, () => ({ stream: type, ...stream, notice }));
    return set.at(measurement, series, local, time);
  };
  return (family: Family, notice: string): Point => {
    if (family === 'notice') return place(family, notice);
    places[family] ??= place(family, notice);
    return places[family];
  };
}

const LIVE_MEASUREMENTS: Readonly<Record<Family, IdentifiedMeasurement>> = {
  qos: 'zoom_qos',
  cpu: 'zoom_cpu',
  score: 'zoom_score',
  wifi: 'zoom_wifi',
  notice: 'zoom_notice',
};

const SUMMARY_MEASUREMENTS: Readonly<Record<Family, IdentifiedMeasurement>> = {
  qos: 'zoom_qos_summary',
  cpu: 'zoom_cpu_summary',
  score: 'zoom_score_summary',
  wifi: 'zoom_wifi_summary',
  notice: 'zoom_notice',
};

type LocalNames = Readonly<Record<Family, string>>;

/** Zoom has two dozen types, live and in summaries. */
const LOCALS = new RecentMap<string, LocalNames>(400);

/** Names each family's series within its participant; only the tags that tell its siblings apart count. */
function localNames(
  measurements: Readonly<Record<Family, IdentifiedMeasurement>>,
  type: string,
  media: string,
): LocalNames {
  return {
    ...measurements,
    qos: `${measurements.qos},${type}`,
    score: `${measurements.score},${media}`,
  };
}
