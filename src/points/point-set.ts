import { FieldSet } from './field-set.js';
import type { Measurement } from './schema.js';

/** One point. `series` is its measurement and tags in line protocol; `time` is in milliseconds since 1970. */
export type Point = {
  readonly measurement: Measurement;
  readonly series: string;
  /** Names the series within its participant, without context: what a newer reading of the same minute is compared by. */
  readonly local: string;
  readonly time: number;
  readonly fields: FieldSet;
};

/** So many points are looked through one by one. */
const FEW = 32;

/** The points of one event. Fields that belong to the same series and time come together in one point; the later value wins. */
export class PointSet {
  readonly #points: Point[] = [];
  /** Made once there are so many points that looking through them would take long; most events have a dozen. */
  #bySeries: Map<string, Map<number, Point>> | undefined;

  /** Finds or makes the point of a series at a time. */
  at(measurement: Measurement, series: string, local: string, time: number): Point {
    const known = this.#find(series, time);
    if (known !== undefined) return known;
    const point = { measurement, series, local, time, fields: new FieldSet(measurement) };
    this.#points.push(point);
    if (this.#bySeries !== undefined) addTo(this.#bySeries, point);
    else if (this.#points.length > FEW) {
      this.#bySeries = new Map();
      for (const each of this.#points) addTo(this.#bySeries, each);
    }
    return point;
  }

  #find(series: string, time: number): Point | undefined {
    if (this.#bySeries !== undefined) return this.#bySeries.get(series)?.get(time);
    for (const point of this.#points) if (point.time === time && point.series === series) return point;
    return undefined;
  }

  /** The points that have at least one field, in the order in which they were begun. */
  points(): Point[] {
    return this.#points.filter(({ fields }) => fields.size > 0);
  }
}

function addTo(bySeries: Map<string, Map<number, Point>>, point: Point): void {
  const times = bySeries.get(point.series);
  if (times === undefined) bySeries.set(point.series, new Map([[point.time, point]]));
  else times.set(point.time, point);
}
