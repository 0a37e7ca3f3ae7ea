import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type PeerCertificate,
  rootCertificates,
} from 'node:tls';
import type { Trust } from '../exchange.js';

const TIMEOUT_MS = 5_000;

/** What a TLS server shows. */
export type TlsView =
  | {
      readonly kind: 'shown';
      readonly protocol: string;
      /** Code of what is wrong with the chain; undefined where nothing is. */
      readonly chainFault: string | undefined;
      /** Whether the certificate is for another name. */
      readonly wrongName: boolean;
      readonly names: string;
      readonly validToMs: number;
      readonly issuer: string;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Shakes hands with TLS 1.2 or newer and looks at the certificate, whatever it is worth. */
export function inspectTls(url: URL, { ca }: Trust, signal: AbortSignal): Promise<TlsView> {
  return shake(url, ca === undefined ? {} : { ca: [...rootCertificates, ...ca] }, signal);
}

/** The version that a server speaks which does not speak TLS 1.2: undefined where it speaks no older one either. */
export async function oldVersion(url: URL, signal: AbortSignal): Promise<string | undefined> {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const view = await shake(url, old, signal);
  return view.kind === 'shown' ? view.protocol : undefined;
}

function shake(url: URL, options: ConnectionOptions, signal: AbortSignal): Promise<TlsView> {
  const name = url.hostname;
  return new Promise((resolve) => {
    const socket = connect({
      minVersion: 'TLSv1.2',
      ...options,
      host: name.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? 443 : Number(url.port),
      ...(/^[\d.]+$|^\[/.test(name) ? {} : { servername: name }),
      rejectUnauthorized: false,
    });
    const end = (view: TlsView) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onLate);
      resolve(view);
      socket.destroy();
    };
    const onLate = () => end({ kind: 'failed', code: 'TIMED_OUT', message: '' });
    const timer = setTimeout(onLate, TIMEOUT_MS);
    signal.addEventListener('abort', onLate);
    socket.on('error', (error: Error & { code?: string }) =>
      end({ kind: 'failed', code: error.code ?? error.name, message: error.message }),
    );
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      // Where the chain is right this holds what is wrong with the name.
      const code = String(socket.authorizationError ?? '');
      end({
        kind: 'shown',
        protocol: socket.getProtocol() ?? 'unknown',
        chainFault: code === '' || code.includes('ALTNAME') ? undefined : code,
        wrongName: checkServerIdentity(name, certificate) !== undefined,
        names: namesOf(certificate),
        validToMs: Date.parse(certificate.valid_to),
        issuer: String(certificate.issuer?.O ?? certificate.issuer?.CN ?? 'unknown'),
      });
    });
  });
}

function namesOf({ subject, subjectaltname }: PeerCertificate): string {
  return subjectaltname?.replaceAll('DNS:', '').slice(0, 200) ?? String(subject?.CN ?? 'no name');
}
