import { HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';

/** Why writing has to wait; one of a fixed list, fit for a metric's label. */
export type WaitReason =
  | 'not_configured'
  | 'unreachable'
  | 'timeout'
  | 'unauthorized'
  | 'not_found'
  | 'overloaded'
  | 'server_error'
  | 'not_influxdb';

/** What InfluxDB's answer to a write means. */
export type WriteOutcome =
  | { readonly kind: 'stored' }
  /** A part was stored and the rest never will be. */
  | { readonly kind: 'partial'; readonly dropped: number; readonly message: string }
  /** Nothing was stored: a line can't be read. */
  | { readonly kind: 'bad_line'; readonly message: string }
  | { readonly kind: 'too_large'; readonly message: string }
  | {
      readonly kind: 'wait';
      readonly reason: WaitReason;
      readonly message: string;
      readonly retryAfterSeconds: number | undefined;
    };

/**
 * Tells what a failed write means. Source: InfluxDB OSS 2 API reference, `POST /api/v2/write`; a 500 that speaks of a partial write
 * was how early 2.0 said what 422 says now.
 */
export function outcomeOf(error: unknown, nowMs: number): WriteOutcome {
  if (error instanceof RequestTimedOutError) return wait('timeout', 'it did not answer in time');
  if (!(error instanceof HttpError)) return wait('unreachable', describe(error));
  const { statusCode } = error;
  const told = toldBy(error);
  const message = shorten(told);
  const partial = /partial write/i.test(told);
  if (statusCode === 422 || (statusCode === 500 && partial))
    return { kind: 'partial', dropped: Number(/dropped=(\d+)/.exec(told)?.[1] ?? 1), message };
  if (statusCode === 413) return { kind: 'too_large', message };
  if (statusCode === 400 && isJson(error)) return { kind: 'bad_line', message };
  const retryAfterSeconds = readRetryAfter(error.headers?.['retry-after'], nowMs);
  return wait(
    reasonFor(statusCode, isJson(error)),
    `it answered ${statusCode}: ${message}`,
    retryAfterSeconds,
  );
}

function wait(reason: WaitReason, message: string, retryAfterSeconds?: number): WriteOutcome {
  return { kind: 'wait', reason, message, retryAfterSeconds };
}

function reasonFor(status: number, json: boolean): WaitReason {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return json ? 'not_found' : 'not_influxdb';
  if (status === 429 || status === 503) return 'overloaded';
  return status >= 500 ? 'server_error' : 'not_influxdb';
}

function isJson(error: HttpError): boolean {
  return /json/i.test(error.contentType ?? '');
}

function toldBy(error: HttpError): string {
  const fromJson: unknown = error.json?.message;
  return typeof fromJson === 'string' ? fromJson : (error.statusMessage ?? error.message);
}

/** InfluxDB quotes lines and series, which may hold personal values and are long: their measurement is enough. */
function shorten(message: string): string {
  return message
    .replace(/unable to parse '(\w+),.*?':(?= [a-z]|$)/gs, 'unable to parse a line of $1:')
    .replace(/ point (\w+),.*? at (?=\d{4}-\d\d-\d\dT)/gs, ' point of $1 at ')
    .replace(/\s+/g, ' ')
    .slice(0, 500);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const message = error.message === '' ? (code ?? error.name) : error.message;
  return `no connection: ${message}`;
}

/** Reads `Retry-After`: whole seconds or an HTTP date. Anything else is passed over. Source: RFC 9110, 10.2.3. */
export function readRetryAfter(
  value: string | readonly string[] | undefined,
  nowMs: number,
): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{1,6}$/.test(text)) return Number(text);
  if (!/^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - nowMs) / 1000));
}
