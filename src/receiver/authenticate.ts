import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from '../settings/settings.js';
import { checkHeaders, findSigner, type SignatureFault, sameSecret } from '../zoom/signature.js';

/** What the headers alone say: worth reading the body, or not. */
export type HeaderVerdict =
  | { readonly kind: 'signed'; readonly timestamp: string; readonly signature: string }
  /** The beta plan's token stands in for the signature. */
  | { readonly kind: 'token' }
  | { readonly kind: 'refused'; readonly reason: SignatureFault | 'auth_header_mismatch' };

/** The settings that decide who is let in. */
export type Credentials = Pick<Settings, 'zoom'> & { readonly authHeader: Settings['webhook']['authHeader'] };

/** Checks what can be checked before the body is read. */
export function judgeHeaders(
  headers: IncomingHttpHeaders,
  credentials: Credentials,
  nowMs: number,
): HeaderVerdict {
  const { zoom, authHeader } = credentials;
  if (authHeader !== undefined && !sameSecret(single(headers[authHeader.name]) ?? '', authHeader.value))
    return { kind: 'refused', reason: 'auth_header_mismatch' };
  const signature = single(headers['x-zm-signature']);
  const timestamp = single(headers['x-zm-request-timestamp']);
  const token = zoom.verificationToken;
  if (signature === undefined && token !== undefined && sameSecret(headers.authorization ?? '', token))
    return { kind: 'token' };
  const fault = checkHeaders({ signature, timestamp }, nowMs, zoom);
  if (fault !== undefined) return { kind: 'refused', reason: fault };
  return { kind: 'signed', signature: signature ?? '', timestamp: timestamp ?? '' };
}

/** The secret that signed this body; undefined where none did. */
export function findSecret(
  verdict: Extract<HeaderVerdict, { kind: 'signed' }>,
  { zoom }: Credentials,
  body: Uint8Array,
): string | undefined {
  return findSigner(zoom.secretTokens, verdict.timestamp, verdict.signature, body);
}

/** A header sent twice arrives joined by a comma, which no signature holds. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
