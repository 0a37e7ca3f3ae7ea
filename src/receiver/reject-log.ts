import type { Log } from '../log.js';
import type { RejectReason } from './receiver-stats.js';

/** What the administrator should look at, by reason. */
const HINTS: Record<RejectReason, string> = {
  signature_missing:
    "the header x-zm-signature is missing: not from Zoom, or a proxy in front drops Zoom's headers",
  signature_malformed: 'x-zm-signature has not the form v0= and 64 hex digits, or came twice',
  signature_mismatch:
    "the signature does not fit: ZOOM_SECRET_TOKEN is not this app's secret token, or a proxy alters the body",
  timestamp_missing: "the header x-zm-request-timestamp is missing: a proxy in front drops Zoom's headers",
  timestamp_malformed: 'x-zm-request-timestamp is not a number of seconds',
  timestamp_stale:
    "the request is older than ZOOM_MAX_AGE_SECONDS: this machine's clock is ahead, or it is a replay",
  timestamp_ahead:
    "the request is from the future by more than ZOOM_MAX_AHEAD_SECONDS: this machine's clock is behind",
  auth_header_mismatch: 'the header of WEBHOOK_AUTH_HEADER is missing or has another value',
  validation_unsigned: 'a URL validation request without a signature',
  validation_token_unusable: 'a URL validation request without a usable plainToken',
  not_an_event: 'signed, but not a JSON object with an "event"',
  too_large: 'a body of more than 8 MiB',
  too_busy: 'too many large bodies at the same time; the sender was told to try again',
  encoding_unreadable: 'a body that is not gzip though it says so',
  encoding_unsupported: 'a body in another content-encoding than gzip',
  body_incomplete: 'the sender broke off',
  storage: 'the event could not be stored; Zoom was told to try again',
};

/** Repetitions of a reason are counted and told once in this time. */
const QUIET_MS = 60_000;

type Quiet = { readonly since: number; more: number };

/** Logs the first refusal of each kind at once, and then how many more there were, a minute at a time. */
export class RejectLog {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #quiet = new Map<RejectReason, Quiet>();

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** @param details body length, clock difference and the like; never header values */
  note(reason: RejectReason, details: Record<string, unknown>): void {
    const quiet = this.#quiet.get(reason);
    if (quiet !== undefined && this.#now() - quiet.since < QUIET_MS) {
      quiet.more += 1;
      return;
    }
    const more = quiet?.more ?? 0;
    this.#quiet.set(reason, { since: this.#now(), more: 0 });
    const repeated = more === 0 ? {} : { more_since_last: more };
    this.#log.warn(`refused a request: ${HINTS[reason]}`, { reason, ...details, ...repeated });
  }
}
