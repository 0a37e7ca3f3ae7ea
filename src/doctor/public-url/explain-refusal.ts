import { type Finding, fault } from '../finding.js';
import type { Refusal } from './refusal-watch.js';

const LEAVE_BODY =
  'let the proxy pass on the body byte for byte: switch off what parses, rewrites, scans or "cleans" JSON for this path (docs/zoom-setup.md, section 2)';

const CLOCK = "let NTP set this machine's clock; if the bridge runs on another machine, that one's too";

/** What is known besides the answer 401. */
export type RefusalCircumstances = {
  readonly refusal: Refusal;
  /** Whether the bridge takes the secret where no proxy is in between. */
  readonly takesSecret: 'yes' | 'no' | 'unknown';
  /** Name of the header in WEBHOOK_AUTH_HEADER. */
  readonly authHeaderName: string | undefined;
};

/** Says what the answer 401 to a rightly signed request in plain JSON means. */
export function explainRefusal({ refusal, takesSecret, authHeaderName }: RefusalCircumstances): Finding {
  if (refusal.kind === 'elsewhere')
    return fault(
      'signed requests are answered 401, but not by the bridge with these settings: something in front asks for a login, or the URL leads to another bridge',
      "let the proxy pass on the webhook's path without a login, and see which machine and port it passes it on to",
    );
  if (refusal.kind === 'unseen') return explainUnseen(takesSecret);
  switch (refusal.reason) {
    case 'signature_missing':
    case 'timestamp_missing':
      return fault(
        `a proxy drops Zoom's headers: the bridge refused a signed request as ${refusal.reason}`,
        'let the proxy pass on x-zm-signature, x-zm-request-timestamp and x-zm-request-id',
      );
    case 'signature_malformed':
    case 'timestamp_malformed':
      return fault(
        `a proxy alters Zoom's headers: the bridge refused a signed request as ${refusal.reason}`,
        'let the proxy pass on x-zm-signature and x-zm-request-timestamp once and unchanged',
      );
    case 'signature_mismatch':
      return explainMismatch(takesSecret);
    case 'timestamp_stale':
    case 'timestamp_ahead':
      return fault(
        `the bridge has another time than this machine: it refused a request of just now as ${refusal.reason}`,
        CLOCK,
      );
    case 'auth_header_mismatch':
      return fault(
        `the header ${authHeaderName ?? 'of WEBHOOK_AUTH_HEADER'} does not arrive, or the bridge expects another value in it`,
        takesSecret === 'yes'
          ? 'let the proxy pass that header on; one that asks for a login itself takes "authorization" away'
          : 'start the bridge again, so that it reads WEBHOOK_AUTH_HEADER anew; then see that the proxy passes that header on',
      );
    default:
      return fault(`the bridge refused a signed request as ${refusal.reason}`, 'look into its log');
  }
}

function explainMismatch(takesSecret: RefusalCircumstances['takesSecret']): Finding {
  if (takesSecret === 'yes')
    return fault(
      'a proxy alters the body: the bridge takes the same secret when asked directly, but through the URL the signature does not fit',
      LEAVE_BODY,
    );
  if (takesSecret === 'no')
    return fault(
      'the running bridge has another ZOOM_SECRET_TOKEN than these settings: it refuses it through the URL and directly',
      'start the bridge again so that it reads the settings anew, or run the doctor with the settings of the bridge',
    );
  return fault(
    'the signature does not fit: the bridge has another ZOOM_SECRET_TOKEN than these settings, or a proxy alters the body',
    `compare the two secrets; if they are the same, ${LEAVE_BODY}`,
  );
}

function explainUnseen(takesSecret: RefusalCircumstances['takesSecret']): Finding {
  const drops = 'a proxy drops the headers x-zm-signature and x-zm-request-timestamp, or alters the body';
  return takesSecret === 'yes'
    ? fault(`signed requests are refused (401), though the bridge takes them directly: ${drops}`, LEAVE_BODY)
    : fault(
        `signed requests are refused (401). One of these: the bridge has another ZOOM_SECRET_TOKEN than these settings; ${drops}; the clocks of the two machines differ; something in front asks for a login`,
        'run the doctor on the machine of the bridge, with its settings: there it can ask the bridge why (ADMIN_HOST, ADMIN_PORT)',
      );
}

/** Says what it means when a request in odd JSON is refused while one in plain JSON is taken. */
export function explainOddRefusal(): Finding {
  return fault(
    'a proxy alters the body: an event in plain JSON is taken (204), one with spaces, escapes and letters beyond ASCII is refused (401). Events with names such as Zoë would be lost',
    LEAVE_BODY,
  );
}
