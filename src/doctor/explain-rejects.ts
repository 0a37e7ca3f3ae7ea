/** What a reason of refusal means, and what to do about it. */
type Meaning = { readonly what: string; readonly fix: string };

const NOT_ZOOM = 'nothing, if Zoom validates the URL and its events arrive: these came from strangers';

const MEANINGS: Record<string, Meaning> = {
  signature_missing: {
    what: "without x-zm-signature: not from Zoom, or a proxy in front drops Zoom's headers",
    fix: 'if no event arrives, let the proxy pass on x-zm-signature and x-zm-request-timestamp',
  },
  signature_malformed: {
    what: 'with an x-zm-signature of another form, or with two of them',
    fix: 'if no event arrives, see that the proxy passes the header on once and unchanged',
  },
  signature_mismatch: {
    what: 'with a signature that does not fit the secret and the body',
    fix: 'compare ZOOM_SECRET_TOKEN with the Secret Token of each app that posts here; run the doctor with --url to find a proxy that alters the body',
  },
  timestamp_missing: {
    what: "without x-zm-request-timestamp: a proxy in front drops Zoom's headers",
    fix: 'let the proxy pass on x-zm-request-timestamp',
  },
  timestamp_malformed: { what: 'with a time that is no number', fix: NOT_ZOOM },
  timestamp_stale: {
    what: "older than ZOOM_MAX_AGE_SECONDS: this machine's clock is ahead, or somebody repeats old requests",
    fix: 'set the clock by NTP',
  },
  timestamp_ahead: {
    what: "from the future by more than ZOOM_MAX_AHEAD_SECONDS: this machine's clock is behind",
    fix: 'set the clock by NTP',
  },
  auth_header_mismatch: {
    what: 'without the header of WEBHOOK_AUTH_HEADER, or with another value in it',
    fix: 'give the Marketplace app and WEBHOOK_AUTH_HEADER the same, or remove both',
  },
  validation_unsigned: { what: 'that asked for a URL validation without a signature', fix: NOT_ZOOM },
  validation_token_unusable: {
    what: 'that asked for a URL validation without a usable token',
    fix: NOT_ZOOM,
  },
  not_an_event: {
    what: 'that was signed, but is no JSON object with an event',
    fix: 'see what else signs with this secret',
  },
  too_large: { what: 'with more than 8 MiB', fix: "look into Zoom's delivery log for what that was" },
  encoding_unreadable: {
    what: 'that is not gzip though it says so',
    fix: 'see what compresses bodies on the way',
  },
  encoding_unsupported: {
    what: 'in a content-encoding other than gzip',
    fix: 'see what compresses bodies on the way, and switch it off',
  },
  body_incomplete: {
    what: 'that broke off',
    fix: 'if it goes on, look at the network between Zoom and this machine',
  },
  storage: {
    what: 'that could not be stored; Zoom was told to try again',
    fix: 'make room on the disk of DATA_DIR or raise SPOOL_MAX_BYTES',
  },
};

/** What strangers on the internet cause as well: no sign of trouble where events arrive. */
const NOISE = new Set([
  'signature_missing',
  'signature_malformed',
  'timestamp_missing',
  'timestamp_malformed',
  'validation_unsigned',
  'body_incomplete',
]);

/** Says what a reason of refusal means. */
export function meaningOf(reason: string): Meaning {
  return MEANINGS[reason] ?? { what: `for the reason ${reason}`, fix: 'look into the log of the bridge' };
}

/** Whether strangers cause this as well. */
export function isNoise(reason: string): boolean {
  return NOISE.has(reason);
}
