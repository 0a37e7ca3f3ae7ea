import type { Measurement } from './schema.js';

/** A field's value: numbers are stored as floats. */
export type FieldValue = number | string;

/** One point. `series` is its measurement and tags in line protocol; `time` is in milliseconds since 1970. */
export type Point = {
  readonly measurement: Measurement;
  readonly series: string;
  /** Names the series within its participant, without context: what a newer reading of the same minute is compared by. */
  readonly local: string;
  readonly time: number;
  readonly fields: Map<string, FieldValue>;
};

/** The points of one event. Fields that belong to the same series and time come together in one point; the later value wins. */
export class PointSet {
  readonly #points: Point[] = [];
  readonly #bySeries = new Map<string, Map<number, Point>>();

  /** Finds or makes the point of a series at a time. */
  at(measurement: Measurement, series: string, local: string, time: number): Point {
    let times = this.#bySeries.get(series);
    if (times === undefined) {
      times = new Map();
      this.#bySeries.set(series, times);
    }
    let point = times.get(time);
    if (point === undefined) {
      point = { measurement, series, local, time, fields: new Map() };
      times.set(time, point);
      this.#points.push(point);
    }
    return point;
  }

  /** The points that have at least one field, in the order in which they were begun. */
  points(): Point[] {
    return this.#points.filter(({ fields }) => fields.size > 0);
  }
}
