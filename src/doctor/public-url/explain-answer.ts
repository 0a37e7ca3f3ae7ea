import type { Exchange } from '../exchange.js';
import { isCertificateFault, shownUrl, whyNoAnswer } from '../explain-network.js';
import { type Finding, fault } from '../finding.js';

/** Says what an answer means that is neither the one expected nor 401; the fixes are the administrator's next step. */
export function explainAnswer(answer: Exchange, path: string): Finding {
  if (answer.kind === 'failed') return explainSilence(answer);
  const { status, headers } = answer;
  if (status >= 300 && status < 400)
    return fault(
      `it redirects (${status}) to ${shownUrl(headers.location ?? 'another address')}: Zoom does not follow, and does not try again`,
      'enter the address behind the redirect in Zoom, or let the proxy pass on this path without one',
    );
  if (status === 404)
    return fault(
      'there is nothing at this path (404)',
      `make three things equal: the path of the URL, what the proxy passes on, and WEBHOOK_PATH (${path})`,
    );
  if (status === 403 || status === 407)
    return fault(
      `something in front of the bridge forbids the request (${status}): the bridge itself never answers so`,
      "let the firewall, the scanner or the login page in front leave the webhook's path alone; Zoom's addresses change, its signature is what counts",
    );
  if (status === 405)
    return fault(
      'POST is not allowed there (405)',
      'let the proxy pass on POST for this path, to the bridge',
    );
  if (status === 413)
    return fault(
      'the proxy takes no bodies of this size (413)',
      'allow bodies of 9 MB: client_max_body_size 9m in nginx',
    );
  if (status === 503 && headers['retry-after'] !== undefined)
    return fault('the bridge can not store events now (503)', 'see above what its disk or its spool lacks');
  if (status >= 500)
    return fault(
      `the proxy does not reach the bridge (${status})`,
      'see that the bridge runs, and that the proxy passes on to its HOST and PORT',
    );
  return fault(
    `the answer is ${status}, which is not the bridge's: something else answers at this URL`,
    'see which machine and port the name and the proxy lead to',
  );
}

function explainSilence(failure: Extract<Exchange, { kind: 'failed' }>): Finding {
  if (failure.code === 'TIMED_OUT')
    return fault(
      'no answer came in time: Zoom waits 3 s, and tries again three times',
      'see that the proxy reaches the bridge; look for a scanner or a sleeping machine in between',
    );
  if (isCertificateFault(failure.code))
    return fault(
      `the certificate is refused: ${whyNoAnswer(failure)}`,
      'see the lines on the certificate above',
    );
  return fault(`no answer: ${whyNoAnswer(failure)}`, 'see that the proxy runs and reaches the bridge');
}
