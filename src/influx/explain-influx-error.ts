import { HttpError } from '@influxdata/influxdb-client';
import { errorText } from './error-text.js';
import { InfluxSetupError } from './influx-setup-error.js';

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;
/** What InfluxDB says to a token that it does not know; one that lacks a right is told which. */
export const UNKNOWN_TOKEN = 'unauthorized access';

/**
 * Turns what the client threw into an error that says what to do about it.
 *
 * @param error - what was thrown
 * @param url - the InfluxDB's address
 * @param doing - what was tried, as in "create bucket zoom"
 */
export function explainInfluxError(error: unknown, url: string, doing: string): InfluxSetupError {
  if (error instanceof InfluxSetupError) {
    return error;
  }
  if (error instanceof HttpError) {
    return explainAnswer(error, url, doing);
  }
  const message = `InfluxDB at ${url} can not be reached (${errorText(error)}); check INFLUX_URL and that it runs`;
  return new InfluxSetupError('influx_unreachable', message, { cause: error });
}

/** @returns the error for an answer that no InfluxDB 2 gives. */
export function notInfluxdb2(url: string, found: string, cause?: unknown): InfluxSetupError {
  const message =
    `what answers at ${url} is not an InfluxDB 2 (${found}); set INFLUX_URL to one, ` +
    'without a page of its web interface at the end. InfluxDB 1 and 3 have no Flux and no tasks';
  return new InfluxSetupError('influx_not_v2', message, { cause });
}

function explainAnswer(error: HttpError, url: string, doing: string): InfluxSetupError {
  const said = influxMessage(error);
  const { statusCode } = error;
  const make = (code: InfluxSetupError['code'], message: string): InfluxSetupError =>
    new InfluxSetupError(code, message, { cause: error });
  // Where a task may not be made, InfluxDB 2.8 answers with another status, and the reason at the end.
  const unauthorized =
    statusCode === UNAUTHORIZED || statusCode === FORBIDDEN || said?.endsWith(': unauthorized') === true;
  if (!unauthorized && (statusCode === TOO_MANY_REQUESTS || statusCode >= SERVER_ERROR)) {
    // InfluxDB 2.8 answers 500 where a retention is refused, with a code of its own.
    return said === undefined || statusCode !== SERVER_ERROR
      ? make('influx_unreachable', `InfluxDB at ${url} answers ${statusCode} now; try again when it is well`)
      : make('influx_refused', `InfluxDB at ${url} refuses to ${doing}: ${said}`);
  }
  if (unauthorized && (said === undefined || said === UNKNOWN_TOKEN)) {
    const where = said === undefined ? ', or something in front of it,' : '';
    return make(
      'influx_unauthorized',
      `InfluxDB at ${url}${where} does not accept the admin token (${statusCode}); ` +
        'give it an all-access or operator token of the organization, whole and without "Token " in front',
    );
  }
  if (unauthorized) {
    return make(
      'influx_forbidden',
      `the admin token may not ${doing} (InfluxDB at ${url}: ${said}); ` +
        'use an all-access or operator token of the organization',
    );
  }
  const location = error.headers?.['location'];
  if (location !== undefined) {
    return make(
      'influx_url_invalid',
      `${url} redirects to ${String(location)}; set INFLUX_URL to the address behind it`,
    );
  }
  if (said === undefined) {
    return notInfluxdb2(url, `it answers ${statusCode} to a request of the API`, error);
  }
  const gone = statusCode === NOT_FOUND ? '; it may just have been removed, so try again' : '';
  return make('influx_refused', `InfluxDB at ${url} refuses to ${doing}: ${said}${gone}`);
}

/** @returns the message of an answer in InfluxDB 2's own form, which has a code and a message. */
function influxMessage({ json }: HttpError): string | undefined {
  const body: unknown = json;
  return typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    'message' in body &&
    typeof body.message === 'string'
    ? body.message
    : undefined;
}
