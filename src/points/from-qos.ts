import type { QosEvent, Sample } from '../zoom/decoded.js';
import type { Omission } from '../zoom/faults.js';
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
      `qos[${index}].details`,
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
  const places = new Map<Family, Point>();
  const place = (family: Family, notice: string): Point => {
    const measurement = measurementOf(family, summary);
    const local = localName(measurement, type, stream.media, notice);
    const extra = { stream: type, media: stream.media, direction: stream.direction, leg: stream.leg, notice };
    return set.at(measurement, writer.series(measurement, local, extra), local, time);
  };
  return (family: Family, notice: string): Point => {
    if (family === 'notice') return place(family, notice);
    const known = places.get(family) ?? place(family, notice);
    places.set(family, known);
    return known;
  };
}

function measurementOf(family: Family, summary: boolean): IdentifiedMeasurement {
  if (family === 'notice') return 'zoom_notice';
  return summary ? `zoom_${family}_summary` : `zoom_${family}`;
}

/** Names a series within its participant; only the tags that tell its siblings apart count. */
function localName(measurement: IdentifiedMeasurement, type: string, media: string, notice: string): string {
  switch (measurement) {
    case 'zoom_qos':
    case 'zoom_qos_summary':
      return `${measurement},${type}`;
    case 'zoom_score':
    case 'zoom_score_summary':
      return `${measurement},${media}`;
    case 'zoom_notice':
      return `${measurement},${notice}`;
    default:
      return measurement;
  }
}
