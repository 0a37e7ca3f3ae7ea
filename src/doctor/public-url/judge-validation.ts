import { isRecord } from '../../zoom/json.js';
import { answerUrlValidation } from '../../zoom/url-validation.js';
import type { Exchange } from '../exchange.js';
import { type Finding, fault, ok, warning } from '../finding.js';

/** Judges the answer 200 to a URL validation as Zoom does. */
export function judgeValidation(
  { headers, body }: Extract<Exchange, { kind: 'answer' }>,
  {
    secret,
    plainToken,
    which,
  }: { readonly secret: string; readonly plainToken: string; readonly which: string },
): Finding {
  const reply = parse(body);
  if (!isRecord(reply) || reply['plainToken'] !== plainToken)
    return fault(
      'a URL validation is answered 200, but not by a bridge: a page comes back instead of the tokens',
      'see which machine and port the name and the proxy lead to, and that no login or maintenance page is in front',
    );
  const expected = answerUrlValidation({ payload: { plainToken } }, secret)?.encryptedToken;
  if (reply['encryptedToken'] !== expected)
    return fault(
      `a URL validation is answered with a secret other than ${which}: something else answers at this URL`,
      'see which machine and port the name and the proxy lead to',
    );
  if (!/json/i.test(headers['content-type'] ?? ''))
    return warning(
      'a URL validation is answered rightly, but something on the way takes its content type away',
      'let the proxy pass on the headers of answers',
    );
  return ok(`a URL validation signed with ${which} is answered rightly: secret and proxy are right`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
