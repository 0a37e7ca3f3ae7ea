import { createHmac } from 'node:crypto';
import type { Privacy } from '../settings/settings.js';
import type { Decoded, Person, Texts } from '../zoom/decoded.js';

/**
 * Data keys that name a person or their computer. Source: Zoom's QSS and meeting event references. The first five stand in other
 * places today; in a data entry they would become the fields of the same names.
 */
const PERSONAL_KEYS = new Set([
  'name',
  'email',
  'user_id',
  'user_key',
  'participant_uuid',
  'pc_name',
  'mac_addr',
  'harddisk_id',
  'signaling_ip_address',
  'signaling_internal_ip_address',
  'audio_internal_ip_address',
  'video_internal_ip_address',
  'as_internal_ip_address',
  'phone_number',
  'registrant_id',
  'host',
  // Zoom's own words for it are `Xenia Sample's Zoom Meeting`.
  'topic',
]);

/** Keys of devices that people name, or that their computer names after them: `Xenia’s AirPods Pro`. */
const DEVICE_KEYS = new Set(['microphone', 'speaker', 'camera']);

/** Apple's ways of naming a device after its owner, in front of the device and behind it. */
const OWNER_IN_FRONT = /^.*?\S['’]s?\s+(?=\S)/s;
const OWNER_BEHIND =
  /^(.*\b(?:AirPods|EarPods|iPhone|iPad|iMac|MacBook|Mac)\b(?:[ -](?:Pro|Max|Air|Mini|mini|Studio|Microphone|Speakers?|Camera))*).*$/s;

/** Zoom puts the display name in front: `Name left the meeting.<br>Reason: Host ended the meeting.` */
const LEAVE_REASON = /reason:\s*(\S.*)$/is;

const PERSONAL_CALL_KEY = /^(caller|callee)_(name|email|user_id|extension|phone_number|device_name)$/;

/** Treats one personal value: keeps it, hashes it, or drops it. */
export type Shield = (value: string | undefined) => string | undefined;

/** Leaves everything as it is, so that nothing needs to be looked through. */
const KEEP: Shield = (value) => value;

/**
 * Makes the treatment of personal values. Hashes are keyed, so that nobody without the key can try out names,
 * and equal values stay equal.
 */
export function makeShield(privacy: Privacy, key: Uint8Array): Shield {
  if (privacy === 'full') return KEEP;
  if (privacy === 'minimal') return () => undefined;
  return (value) =>
    value === undefined || value.trim() === ''
      ? undefined
      : createHmac('sha256', key).update(value).digest('hex').slice(0, 16);
}

/** The event with every personal value treated. It has to happen before anything is stored or written. */
export function shieldEvent(event: Decoded, shield: Shield): Decoded {
  if (shield === KEEP) return event;
  switch (event.kind) {
    case 'qos':
      return {
        ...event,
        person: shieldPerson(event.person, shield),
        names: shieldTexts(event.names, shield),
      };
    case 'data':
      return {
        ...event,
        person: shieldPerson(event.person, shield),
        names: shieldTexts(event.names, shield),
        details: shieldTexts(event.details, shield),
      };
    case 'lifecycle':
      return {
        ...event,
        person: event.person === undefined ? undefined : shieldPerson(event.person, shield),
        names: shieldTexts(event.names, shield),
        details: shieldTexts(event.details, shield),
      };
    case 'call':
      return {
        ...event,
        parties: event.parties.map((party) => ({
          ...party,
          userId: shield(party.userId),
          email: shield(party.email),
        })),
      };
    case 'call_party':
      return { ...event, parties: shieldTexts(event.parties, shield) };
  }
}

function shieldPerson(person: Person, shield: Shield): Person {
  return {
    number: person.number,
    userId: shield(person.userId),
    email: shield(person.email),
    name: shield(person.name),
    userKey: shield(person.userKey),
    uuid: shield(person.uuid),
  };
}

function shieldTexts(texts: Texts, shield: Shield): Texts {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(texts)) {
    const treated = shieldText(key, value, shield);
    if (treated !== undefined) kept[key] = treated;
  }
  return kept;
}

function shieldText(key: string, value: string, shield: Shield): string | undefined {
  if (key === 'leave_reason') return shieldReason(value, shield);
  if (DEVICE_KEYS.has(key)) return shield(value) === value ? value : withoutOwner(value);
  return PERSONAL_KEYS.has(key) || PERSONAL_CALL_KEY.test(key) ? shield(value) : value;
}

/** The kind of a device stays, so that headsets can be compared; what else somebody calls it stays as well. */
function withoutOwner(device: string): string {
  return device.replace(OWNER_IN_FRONT, '').replace(OWNER_BEHIND, '$1');
}

/** Leaves out the name; a reason in another form may hold one anywhere. */
function shieldReason(value: string, shield: Shield): string | undefined {
  const treated = shield(value);
  return treated === value ? value : (LEAVE_REASON.exec(value)?.[1] ?? treated);
}
