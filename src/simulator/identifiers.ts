import type { Random } from './random.js';

const LEADING_SLASH = 0xff;

/** A meeting uuid or session id: 16 bytes in standard base64, one in eight starting with `/` (those need care in URLs). */
export function instanceUuid(random: Random): string {
  const bytes = random.bytes(16);
  if (random.chance(1 / 8)) bytes[0] = LEADING_SLASH;
  return bytes.toString('base64');
}

/** An account's or user's id: 22 characters of base64url. */
export function zoomId(random: Random): string {
  return random.bytes(16).toString('base64url');
}

/** Per-join UUID as participant events carry it, in upper case. */
export function participantUuid(random: Random): string {
  const hex = random.bytes(16).toString('hex').toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A meeting or webinar number of 11 digits. */
export function meetingNumber(random: Random): string {
  return `8${digits(random, 10)}`;
}

/** A phone call's id: 19 digits, more than a double can hold. */
export function callId(random: Random): string {
  return `7${digits(random, 18)}`;
}

/** A number of the North American range kept for fiction (555-0100 to 555-0199). */
export function phoneNumber(random: Random): string {
  return `+1${random.whole(201, 989)}55501${digits(random, 2)}`;
}

function digits(random: Random, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += random.whole(0, 9);
  return text;
}
