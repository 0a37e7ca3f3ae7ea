import type { DoctorContext } from '../check.js';
import { whyNoAnswer } from '../explain-network.js';
import { type Finding, fault, ok, warning } from '../finding.js';
import { judgeExpiry } from '../judge-expiry.js';
import { inspectTls, oldVersion, type TlsView } from './inspect-tls.js';

const FULL_CHAIN =
  'serve the whole chain: the certificate and behind it the intermediate ones, which is fullchain.pem with most tools';

const PUBLIC_ONE =
  "get one from a public authority, such as Let's Encrypt (the profile tls of docker-compose.yml does so by itself)";

const CHAIN_FAULTS: Record<string, readonly [what: string, fix: string]> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['the certificate is self-signed', PUBLIC_ONE],
  SELF_SIGNED_CERT_IN_CHAIN: ['the certificate comes from an authority of your own', PUBLIC_ONE],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'the chain of the certificate is incomplete, or its authority is not a public one',
    FULL_CHAIN,
  ],
  UNABLE_TO_GET_ISSUER_CERT: ['the chain of the certificate is incomplete', FULL_CHAIN],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'the chain of the certificate is incomplete, or its authority is not a public one',
    FULL_CHAIN,
  ],
  CERT_NOT_YET_VALID: [
    'the certificate is not valid yet',
    'check the clocks of this machine and of the one that made it',
  ],
};

/** Whether Zoom would accept the certificate. Where a fault is among the findings, nothing should be sent there. */
export async function* judgeTls(
  url: URL,
  { trust, now }: DoctorContext,
  signal: AbortSignal,
): AsyncIterable<Finding> {
  const view = await inspectTls(url, trust, signal);
  if (view.kind === 'failed') {
    yield await judgeFailure(view, url, signal);
    return;
  }
  const severity = (what: string, fix: string): Finding =>
    trust.insecure
      ? warning(`${what}; passed over, since --insecure was given. Zoom would deliver nothing`, fix)
      : fault(`${what}: Zoom delivers nothing, and does not try again`, fix);
  yield ok(`it speaks ${view.protocol}`);
  if (view.chainFault !== undefined && view.chainFault !== 'CERT_HAS_EXPIRED') {
    const [what, fix] = CHAIN_FAULTS[view.chainFault] ?? [
      `the certificate can't be trusted (${view.chainFault})`,
      PUBLIC_ONE,
    ];
    yield severity(what, fix);
  } else if (view.chainFault === undefined)
    yield ok(`the certificate comes from ${view.issuer}, and its chain is complete`);
  if (view.wrongName)
    yield severity(
      `the certificate is for ${view.names}, not for ${url.hostname}`,
      'get one for this name, or use the name in Zoom that it is for',
    );
  const expiry = judgeExpiry('the certificate', view.validToMs, now());
  yield expiry.level === 'fault' && trust.insecure ? severity(expiry.what, expiry.fix ?? '') : expiry;
}

async function judgeFailure(
  view: Extract<TlsView, { kind: 'failed' }>,
  url: URL,
  signal: AbortSignal,
): Promise<Finding> {
  const old = await oldVersion(url, signal);
  if (old !== undefined)
    return fault(
      `it speaks only ${old}, and Zoom wants TLS 1.2 or newer`,
      'switch on TLS 1.2 and 1.3 at what serves this port',
    );
  return fault(
    `no TLS handshake: ${whyNoAnswer({ ...view, ms: 0 })}`,
    'see that this port is served by HTTPS, with a certificate for this name: openssl s_client -connect HOST:PORT -servername HOST',
  );
}
