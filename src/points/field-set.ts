import { MEASUREMENTS, type Measurement } from './schema.js';

/** A field's value: numbers are stored as floats. */
export type FieldValue = number | string;

/** Where each field of a measurement has its place: sorted by name, as InfluxDB keeps them. */
type Places = {
  readonly names: readonly string[];
  readonly labels: readonly Uint8Array[];
  readonly byName: ReadonlyMap<string, number>;
};

const PLACES = new Map(
  (Object.keys(MEASUREMENTS) as Measurement[]).map((measurement) => [measurement, placesOf(measurement)]),
);

function placesOf(measurement: Measurement): Places {
  const names = Object.keys(MEASUREMENTS[measurement].fields).sort();
  const labels = names.map((name) => Buffer.from(`${name}=`));
  return { names, labels, byName: new Map(names.map((name, place) => [name, place])) };
}

const NO_PLACES: Places = { names: [], labels: [], byName: new Map() };

/**
 * The fields of one point. Like a map, but with a place for each field that the measurement has, in the order in which they are
 * written: an event makes a dozen of these. What the schema does not name is not kept.
 */
export class FieldSet {
  readonly #places: Places;
  readonly #values: (FieldValue | undefined)[];
  #size = 0;

  constructor(measurement: Measurement) {
    this.#places = PLACES.get(measurement) ?? NO_PLACES;
    this.#values = new Array<FieldValue | undefined>(this.#places.names.length).fill(undefined);
  }

  static of(measurement: Measurement, values: Readonly<Record<string, FieldValue | undefined>>): FieldSet {
    const fields = new FieldSet(measurement);
    for (const [name, value] of Object.entries(values)) if (value !== undefined) fields.set(name, value);
    return fields;
  }

  get size(): number {
    return this.#size;
  }

  get(name: string): FieldValue | undefined {
    const place = this.#places.byName.get(name);
    return place === undefined ? undefined : this.#values[place];
  }

  set(name: string, value: FieldValue): void {
    this.put(this.#places.byName.get(name) ?? -1, value);
  }

  /** The place of a field of a measurement, for {@link put}; below 0 where it has none of that name. */
  static placeOf(measurement: Measurement, name: string): number {
    return PLACES.get(measurement)?.byName.get(name) ?? -1;
  }

  /** Sets the field at a place that was looked up before. */
  put(place: number, value: FieldValue): void {
    if (place < 0 || place >= this.#values.length) return;
    if (this.#values[place] === undefined) this.#size += 1;
    this.#values[place] = value;
  }

  /** @returns whether it was there */
  delete(name: string): boolean {
    const place = this.#places.byName.get(name);
    if (place === undefined || this.#values[place] === undefined) return false;
    this.#values[place] = undefined;
    this.#size -= 1;
    return true;
  }

  /** The names of all places, whether there is a value or not. */
  get names(): readonly string[] {
    return this.#places.names;
  }

  /** What stands in front of each value in line protocol: `name=`. */
  get labels(): readonly Uint8Array[] {
    return this.#places.labels;
  }

  /** The value at the place of one of {@link names}. */
  valueAt(place: number): FieldValue | undefined {
    return this.#values[place];
  }
}
