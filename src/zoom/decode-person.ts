import type { Envelope } from './decode.js';
import type { Person, Texts } from './decoded.js';
import { readId, readName, readNumberId, readText } from './identifier.js';
import { asList, isRecord, type JsonRecord } from './json.js';
import { isAbsent } from './metric-value.js';

/**
 * Who an event is about. The join number is called `user_id` in `*_qos` and companion events, `participant_id` in the others,
 * and `id` for users of sessions, where the account's user id does not exist.
 */
export function readPerson(person: JsonRecord, isSession: boolean): Person {
  const id = readId(person['id']);
  return {
    number:
      readNumberId(person['user_id']) ??
      readNumberId(person['participant_id']) ??
      (isSession ? id : undefined),
    userId: readId(person['participant_user_id']) ?? (isSession ? undefined : id),
    email: readText(person['email']) ?? readText(person['user_email']),
    name: readName(person['user_name']) ?? readName(person['name']),
    userKey: readText(person['user_key']) ?? readText(person['customer_key']),
    uuid: readId(person['participant_uuid']),
  };
}

/** Merges the entries of a `data` list into one set of texts; a later entry wins where both have a value. */
export function readDataEntries(value: unknown, path: string, omit: Envelope['omit']): Texts {
  const texts: Record<string, string> = {};
  for (const [index, entry] of asList(value).entries()) {
    if (isRecord(entry)) Object.assign(texts, readTexts(entry, `${path}[${index}]`, omit));
    else if (!isAbsent(entry)) omit({ reason: 'unreadable_entry', path: `${path}[${index}]` });
  }
  return texts;
}

function readTexts(entry: JsonRecord, path: string, omit: Envelope['omit']): Texts {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(entry)) {
    if (isAbsent(value)) continue;
    const text = readText(value);
    if (text === undefined) omit({ reason: 'unreadable_value', path: `${path}.${key}` });
    else texts[key] = text;
  }
  return texts;
}

/** Keys whose value is a name that people chose. */
const CHOSEN_NAMES = new Set(['topic', 'session_name', 'name']);

/** Picks texts out of an object under other names. */
export function pickTexts(object: JsonRecord, names: Readonly<Record<string, string>>): Texts {
  const texts: Record<string, string> = {};
  for (const key in names) {
    const value = object[key];
    if (value === undefined) continue;
    const name = names[key] ?? key;
    const text = CHOSEN_NAMES.has(key) ? readName(value) : readText(value);
    if (text !== undefined) texts[name] ??= text;
  }
  return texts;
}
