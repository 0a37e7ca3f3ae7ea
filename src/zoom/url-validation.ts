import { createHmac } from 'node:crypto';
import { isRecord } from './json.js';

/** The event by which Zoom asks, on saving an endpoint and every 72 hours, whether we hold the secret. */
export const URL_VALIDATION = 'endpoint.url_validation';

/** What Zoom wants to read back. */
export type UrlValidationAnswer = { readonly plainToken: string; readonly encryptedToken: string };

/** Zoom's tokens are short; a longer one is an attempt to have other text signed. */
const MAX_TOKEN_LENGTH = 256;

/**
 * Answers a validation request with the secret that signed it.
 * A token that could be mistaken for signed webhook content (`v0:timestamp:body`) is refused, so that nobody can have us sign
 * an event of theirs. Undefined where the request holds no usable token.
 */
export function answerUrlValidation(
  event: Record<string, unknown>,
  secret: string,
): UrlValidationAnswer | undefined {
  const payload = event['payload'];
  const plainToken = isRecord(payload) ? payload['plainToken'] : undefined;
  if (typeof plainToken !== 'string' || plainToken === '' || plainToken.length > MAX_TOKEN_LENGTH)
    return undefined;
  if (/^v\d+:/.test(plainToken)) return undefined;
  return { plainToken, encryptedToken: createHmac('sha256', secret).update(plainToken).digest('hex') };
}
