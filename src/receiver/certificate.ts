import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Server } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecureContextOptions } from 'node:tls';
import type { Log } from '../log.js';
import { readRegularFile } from '../settings/read-limited.js';

/** Where a certificate chain and its key lie, in PEM form. */
export type CertificateFiles = { readonly certFile: string; readonly keyFile: string };

/** How often the files are looked at; renewals happen every few weeks. */
export const LOOK_EVERY_MS = 5_000;

/** No chain and no key is longer. */
const MAX_PEM_BYTES = 1024 * 1024;

/** What HTTPS is spoken with. Zoom wants TLS 1.2 or newer. */
export function readSecureContext({ certFile, keyFile }: CertificateFiles): SecureContextOptions {
  return { cert: readPem(certFile), key: readPem(keyFile), minVersion: 'TLSv1.2' };
}

/**
 * Uses a renewed certificate for new connections; open ones keep theirs. The content is looked at, not the folder's changes:
 * that sees renewals behind links and on mounted disks as well. What is half written is left until it stays the same.
 *
 * @returns how to end it
 */
export function renewOnChange(
  server: Server,
  files: CertificateFiles,
  log: Log,
  everyMs = LOOK_EVERY_MS,
): () => void {
  const ending = new AbortController();
  let used = hashOf([readPem(files.certFile), readPem(files.keyFile)]);
  const renew = () => {
    try {
      server.setSecureContext(readSecureContext(files));
      log.info('the certificate was read again', { file: files.certFile });
    } catch (error) {
      log.error('the changed certificate can not be used; the old one stays', {
        file: files.certFile,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const look = async () => {
    let before = used;
    while (!ending.signal.aborted) {
      await sleep(everyMs, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
      const seen = await fingerprint(files);
      if (seen === before && seen !== used && !ending.signal.aborted) {
        used = seen;
        renew();
      }
      before = seen;
    }
  };
  void look();
  return () => ending.abort();
}

async function readIfPem(file: string): Promise<Buffer | string> {
  const stats = await stat(file);
  return stats.isFile() && stats.size <= MAX_PEM_BYTES ? readFile(file) : `${file} is no PEM file`;
}

function readPem(file: string): Buffer {
  return readRegularFile(file, MAX_PEM_BYTES);
}

/** Changes with the content of the files, or with what keeps them from being read. */
async function fingerprint({ certFile, keyFile }: CertificateFiles): Promise<string> {
  const told = (error: unknown) => (error instanceof Error ? error.message : String(error));
  return hashOf(await Promise.all([certFile, keyFile].map((file) => readIfPem(file).catch(told))));
}

function hashOf(parts: readonly (Buffer | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('base64');
}
