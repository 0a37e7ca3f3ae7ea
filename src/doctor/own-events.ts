import { randomBytes } from 'node:crypto';
import { URL_VALIDATION } from '../zoom/url-validation.js';

/** No event of Zoom's: the bridge stores it like any other, counts it as ignored, and writes nothing to InfluxDB. */
export const DOCTOR_EVENT = 'qss_bridge.doctor';

/** Spaces, escapes, numbers and letters that parsing and writing JSON again does not leave as they are. */
const ODD_OBJECT =
  '{ "name" :"Zoë 🦩 \\u5f20\\u4f1f","path":"a\\/b",\t"big":12345678901234567890,"decimal":1.50,"empty":"" }';

/** As long as the summary of a long phone call. Source: estimate from Zoom's field lists, about 1 MB for two hours. */
const LARGE_BYTES = 2 * 1024 * 1024;

/** An event in the plainest form that JSON has: writing it again changes no byte. */
export function plainEvent(nowMs: number): Buffer {
  return Buffer.from(
    JSON.stringify({
      event: DOCTOR_EVENT,
      event_ts: nowMs,
      payload: { account_id: 'doctor', object: { id: nonce() } },
    }),
  );
}

/** An event that any rewriting changes. */
export function oddEvent(nowMs: number): Buffer {
  return Buffer.from(
    `{ "event": "${DOCTOR_EVENT}",  "event_ts":${nowMs} ,"payload":{"account_id":"${nonce()}","object":${ODD_OBJECT} } }`,
  );
}

/** An event that is longer than many proxies take by default. */
export function largeEvent(nowMs: number): Buffer {
  const object = { id: nonce(), filling: 'x'.repeat(LARGE_BYTES) };
  return Buffer.from(
    JSON.stringify({ event: DOCTOR_EVENT, event_ts: nowMs, payload: { account_id: 'doctor', object } }),
  );
}

/** A URL validation as Zoom sends it, and the token in it. */
export function validationRequest(nowMs: number): { readonly body: Buffer; readonly plainToken: string } {
  const plainToken = nonce();
  const body = Buffer.from(
    JSON.stringify({ event: URL_VALIDATION, event_ts: nowMs, payload: { plainToken } }),
  );
  return { body, plainToken };
}

/** Without one an event would count as repeated the next time. */
function nonce(): string {
  return `doctor-${randomBytes(9).toString('base64url')}`;
}
