import { escape as escaper } from '@influxdata/influxdb-client';
import { cleanTag, cleanText } from './clean.js';
import type { FieldSet, FieldValue } from './field-set.js';
import type { Point } from './point-set.js';
import { IDENTITY_TAGS, type IdentifiedMeasurement, MEASUREMENTS, type Measurement } from './schema.js';

/** Tag values by name. */
export type Tags = Readonly<Record<string, string | undefined>>;

/** Writes one tag as `,name=value`, cleaned and escaped. */
export function tagText(name: string, value: string | undefined): string {
  return `,${name}=${escaper.tag(cleanTag(value))}`;
}

/** Zoom's streams of one participant are some dozens; what goes beyond is written anew each time. */
const MAX_SERIES = 300;

/**
 * Writes the series of one participant (a measurement with its tags, sorted by name). What identity and context contribute is
 * written once and kept, since each minute brings a dozen series with the same.
 */
export class SeriesWriter {
  readonly #shared: ReadonlyMap<string, string>;
  readonly #series = new Map<string, string>();

  constructor(tags: Tags, contextTags: readonly string[]) {
    const names = [...Object.keys(IDENTITY_TAGS), ...contextTags];
    this.#shared = new Map(names.map((name) => [name, tagText(name, tags[name])]));
  }

  /** A series that was written before. `local` names it within the participant. */
  known(local: string): string | undefined {
    return this.#series.get(local);
  }

  /** The series with further tags. */
  series(measurement: IdentifiedMeasurement, local: string, extra: Tags): string {
    const known = this.#series.get(local);
    if (known !== undefined) return known;
    const tags = [
      ...this.#shared,
      ...Object.keys(MEASUREMENTS[measurement].tags).map((name) => extraTag(name, extra)),
    ];
    tags.sort(([left], [right]) => (left < right ? -1 : 1));
    const series = measurement + tags.map(([, text]) => text).join('');
    if (this.#series.size >= MAX_SERIES) this.#series.clear();
    this.#series.set(local, series);
    return series;
  }
}

function extraTag(name: string, extra: Tags): [string, string] {
  return [name, tagText(name, extra[name])];
}

/** The fields of a point in line protocol, sorted by name; undefined where none is left after cleaning. */
export function fieldSetText(_measurement: Measurement, fields: FieldSet): string | undefined {
  let texts = '';
  for (let place = 0; place < fields.names.length; place += 1) {
    const value = fields.valueAt(place);
    const text = value === undefined ? undefined : fieldText(value);
    if (text !== undefined) texts += `${texts === '' ? '' : ','}${fields.names[place]}=${text}`;
  }
  return texts === '' ? undefined : texts;
}

/** A point in line protocol with its time in milliseconds; undefined where no field is left. */
export function toLine({ measurement, series, fields, time }: Point): string | undefined {
  const text = fieldSetText(measurement, fields);
  return text === undefined ? undefined : `${series} ${text} ${time}`;
}

/** Whether anything of a field's value is left after cleaning. */
export function isWritten(value: FieldValue): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : cleanText(value) !== undefined;
}

/** A text in line protocol; undefined where nothing is left after cleaning. */
export function quotedText(value: string): string | undefined {
  const text = cleanText(value);
  return text === undefined ? undefined : escaper.quoted(text);
}

function fieldText(value: FieldValue): string | undefined {
  if (typeof value === 'string') return quotedText(value);
  return isWritten(value) ? String(value) : undefined;
}
