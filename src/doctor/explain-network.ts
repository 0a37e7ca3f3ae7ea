import type { Exchange } from './exchange.js';

const CAUSES: Record<string, string> = {
  TIMED_OUT: 'it does not answer in time',
  ETIMEDOUT: 'it does not answer (a firewall, or a machine that is off)',
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'it closed the connection without an answer',
  EPIPE: 'it closed the connection without an answer',
  ENOTFOUND: 'DNS does not know the name',
  EAI_AGAIN: 'the DNS server does not answer',
  ENETUNREACH: 'this machine has no way to that network',
  EHOSTUNREACH: 'there is no way to that machine',
  ERR_INVALID_CHAR: 'what is to be sent holds characters that no HTTP header may hold',
  EPROTO: 'it does not speak TLS there',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes without its chain, or from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'the chain of its certificate is incomplete',
};

/** Says for people why no answer came. */
export function whyNoAnswer({ code, message }: Extract<Exchange, { kind: 'failed' }>): string {
  if (code.startsWith('HPE_')) return 'what answers does not speak HTTP there';
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH)/.test(code))
    return CAUSES['EPROTO'] ?? code;
  if (code.startsWith('ERR_SSL_')) return code.slice('ERR_SSL_'.length).toLowerCase().replaceAll('_', ' ');
  return CAUSES[code] ?? (message === '' ? code : message);
}

/** Whether it is the certificate that kept an answer from coming. */
export function isCertificateFault(code: string): boolean {
  return /CERT|SIGNATURE|SELF_SIGNED/.test(code);
}

/** An address may hold a user and a password. */
export function shownUrl(url: string | URL): string {
  const text = String(url);
  if (!URL.canParse(text)) return text;
  const shown = new URL(text);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  return shown.toString().replace(/\/$/, '');
}
