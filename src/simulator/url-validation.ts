import { createHmac } from 'node:crypto';
import { UrlValidationError } from './errors.js';
import type { UrlValidationEvent } from './event-types.js';
import type { Outcome } from './sender.js';

/** The `encryptedToken` that a receiver must answer to a `plainToken`: its hex HMAC-SHA256. */
export function encryptToken(secret: string, plainToken: string): string {
  return createHmac('sha256', secret).update(plainToken).digest('hex');
}

/**
 * Checks a receiver's answer to `endpoint.url_validation`: status 200, JSON, both tokens right.
 * @throws UrlValidationError with the first thing that is wrong
 */
export function checkUrlValidation(event: UrlValidationEvent, secret: string, { answer }: Outcome): void {
  if (answer.status === undefined) throw new UrlValidationError(`no answer (${answer.reason})`);
  if (answer.status !== 200) throw new UrlValidationError(`the status is ${answer.status}, not 200`);
  if (!/^application\/json\b/i.test(answer.contentType)) {
    throw new UrlValidationError(
      `the content type is ${answer.contentType || 'missing'}, not application/json`,
    );
  }
  const { plainToken } = event.payload;
  const reply = parseObject(answer.body);
  if (reply === undefined) throw new UrlValidationError('the body is no JSON object');
  if (reply['plainToken'] !== plainToken)
    throw new UrlValidationError('plainToken is not the one that was sent');
  if (reply['encryptedToken'] !== encryptToken(secret, plainToken)) {
    throw new UrlValidationError('encryptedToken is not the HMAC of plainToken under the secret token');
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
