import { readRecord } from '../archive/record.js';
import { isRecord, type JsonRecord } from '../zoom/json.js';
import { readEpoch } from '../zoom/timestamp.js';
import { URL_VALIDATION } from '../zoom/url-validation.js';

/** What an object in the input is. */
export type Reading =
  | { readonly kind: 'event'; readonly body: Buffer; readonly at: number | undefined }
  /** A URL validation: not stored when it comes, so not when it is replayed. */
  | { readonly kind: 'validation' }
  | { readonly kind: 'unreadable'; readonly problem: string };

/**
 * Takes the event out of an object: the object itself, the `request_body` of an entry of Zoom's webhook logs, or a line of the
 * archive. `at` is its `event_ts`, ms since 1970.
 */
export function readEvent(value: object, bytes: Buffer): Reading {
  if (!isRecord(value)) return unreadable('this is not a JSON object');
  if ('request_body' in value) return fromLog(value['request_body']);
  if (typeof value['received'] === 'number' && typeof value['event'] !== 'string') return fromArchive(bytes);
  return fromEvent(value, bytes);
}

function fromLog(body: unknown): Reading {
  if (isRecord(body)) return fromEvent(body, Buffer.from(JSON.stringify(body)));
  if (typeof body !== 'string') return unreadable('request_body is no text');
  return fromText(Buffer.from(body), 'request_body holds no event');
}

function fromArchive(bytes: Buffer): Reading {
  const record = readRecord(bytes);
  return record === undefined
    ? unreadable('a line of an archive that was changed')
    : fromText(record.body, 'this line of an archive holds no event');
}

function fromText(body: Buffer, otherwise: string): Reading {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isRecord(value) ? fromEvent(value, body) : unreadable(otherwise);
  } catch {
    return unreadable(otherwise);
  }
}

function fromEvent(event: JsonRecord, body: Buffer): Reading {
  if (typeof event['event'] !== 'string') return unreadable('no event: it has no text "event"');
  if (event['event'] === URL_VALIDATION) return { kind: 'validation' };
  return { kind: 'event', body, at: readEpoch(event['event_ts']) };
}

function unreadable(problem: string): Reading {
  return { kind: 'unreadable', problem };
}
