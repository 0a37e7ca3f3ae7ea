import type { QosEvent, Sample } from '../zoom/decoded.js';
import type { Omission } from '../zoom/faults.js';
import { RecentMap } from '../zoom/recent-map.js';
import { mediaOf, readStream } from '../zoom/stream.js';
import type { FieldSet } from './field-set.js';
import {
  type FamilyMeasurements,
  LIVE_KEYS,
  type MetricKey,
  type MetricKeys,
  SUMMARY_KEYS,
} from './metric-keys.js';
import type { PointOptions } from './options.js';
import { type Point, PointSet } from './point-set.js';
import { judge, LIVE_POOR, SUMMARY_POOR } from './poor.js';
import { readDetails, type TakeReading } from './read-details.js';
import type { SeriesWriter, Tags } from './series-writer.js';

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
  let place: Place | undefined;
  let index = 0;
  const told = { path: () => `qos[${index}].details`, omit };
  for (const sample of event.samples) {
    place ??= new Place(set, keys, options, sample, writerAt);
    place.turnTo(sample);
    readDetails(sample.details, keys, place.take, told);
    index += 1;
  }
  const points = set.points();
  for (const { measurement, fields } of points) {
    if (measurement !== 'zoom_qos' && measurement !== 'zoom_qos_summary') continue;
    judge(fields, event.summary ? SUMMARY_POOR : LIVE_POOR, options.thresholds);
  }
  return points;
}

/** Puts the readings of one sample after the other into the points that they belong to. */
class Place {
  readonly #set: PointSet;
  readonly #options: PointOptions;
  readonly #measurements: FamilyMeasurements;
  readonly #locals: RecentMap<string, LocalNames>;
  readonly #writerAt: WriterAt;
  readonly #nameLocals: (type: string) => LocalNames;
  #sample: Sample;
  /** The family of the reading that was taken last, and the fields of its point: the next reading mostly goes to the same. */
  #family: Family | undefined;
  #fields: FieldSet | undefined;

  constructor(set: PointSet, keys: MetricKeys, options: PointOptions, sample: Sample, writerAt: WriterAt) {
    const isSummary = keys === SUMMARY_KEYS;
    this.#set = set;
    this.#options = options;
    this.#measurements = keys.measurements;
    this.#locals = isSummary ? SUMMARY_LOCALS : LIVE_LOCALS;
    this.#nameLocals = isSummary ? nameSummaryLocals : nameLiveLocals;
    this.#sample = sample;
    this.#writerAt = writerAt;
  }

  turnTo(sample: Sample): void {
    this.#sample = sample;
    this.#family = undefined;
  }

  readonly take: TakeReading = (family, place, value) => {
    if (family === 'notice') {
      this.#find('notice', String(value)).fields.set('count', 1);
      return;
    }
    if (this.#fields === undefined || this.#family !== family) {
      this.#fields = this.#find(family, '').fields;
      this.#family = family;
    }
    this.#fields.put(place, value);
  };

  #find(family: Family, notice: string): Point {
    const { type, time } = this.#sample;
    const measurement = this.#measurements[family];
    const local =
      family === 'notice' ? `${measurement},${notice}` : this.#locals.get(type, this.#nameLocals)[family];
    const writer = this.#writerAt(time);
    const series = writer.known(local) ?? writer.series(measurement, local, this.#tagsOf(type, notice));
    return this.#set.at(measurement, series, local, time);
  }

  #tagsOf(type: string, notice: string): Tags {
    return { stream: type, ...readStream(type, this.#options.inputDirection), notice };
  }
}

type LocalNames = Readonly<Record<Family, string>>;

/** Zoom has two dozen types, live and in summaries. */
const LIVE_LOCALS = new RecentMap<string, LocalNames>(200);
const SUMMARY_LOCALS = new RecentMap<string, LocalNames>(200);

const nameLiveLocals = (type: string) => localNames(LIVE_KEYS.measurements, type);
const nameSummaryLocals = (type: string) => localNames(SUMMARY_KEYS.measurements, type);

/** Names each family's series within its participant; only the tags that tell its siblings apart count. */
function localNames(measurements: FamilyMeasurements, type: string): LocalNames {
  return {
    ...measurements,
    qos: `${measurements.qos},${type}`,
    score: `${measurements.score},${mediaOf(type)}`,
  };
}
