import { escape as escaper } from '@influxdata/influxdb-client';
import { cleanTag, cleanText } from './clean.js';
import type { FieldSet, FieldValue } from './field-set.js';
import type { Measurement } from './schema.js';

/** Writes one tag as `,name=value`, cleaned and escaped. */
export function tagText(name: string, value: string | undefined): string {
  return `,${name}=${escaper.tag(cleanTag(value))}`;
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
