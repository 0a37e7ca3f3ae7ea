import type { Person, Texts } from '../zoom/decoded.js';
import { MEASUREMENTS } from './schema.js';

/** Zoom's detail keys whose field has another name, since the name itself is a tag's. */
const RENAMED: Record<string, string> = {
  device: 'device_text',
  version: 'client_version_text',
  network_type: 'network_type_text',
  data_center: 'data_center_text',
  location: 'location_text',
  Location: 'location_text',
  microphone: 'microphone_text',
  speaker: 'speaker_text',
  camera: 'camera_text',
  connection_type: 'connection_type_text',
  domain: 'domain_text',
};

/** Fields of `zoom_participant` from a person and what is said of them; keys without a field are given to `unknown`. */
export function participantFields(
  person: Person,
  details: Texts,
  unknown: (key: string) => void,
): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = {
    name: person.name,
    email: person.email,
    user_id: person.userId,
    user_key: person.userKey,
    participant_uuid: person.uuid,
  };
  for (const [key, value] of Object.entries(details)) {
    const field = Object.hasOwn(RENAMED, key) ? (RENAMED[key] ?? key) : key;
    if (!Object.hasOwn(MEASUREMENTS.zoom_participant.fields, field)) unknown(key);
    else if (key !== 'Location' || details['location'] === undefined) fields[field] = value;
  }
  return fields;
}
