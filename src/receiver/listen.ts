import { readFileSync, watch } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { Log } from '../log.js';

/** How long a sender has for its headers (a TLS handshake, too) and for the whole request, and how often that is looked at. */
const TIMEOUTS = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000 };

/** The port can't be listened on; the message says why and what to do. */
export class ListenError extends Error {
  readonly code = 'listen_failed';
}

/** A server that is listening. */
export type Listening = {
  readonly port: number;
  readonly url: string;
  /** Takes no new connections, lets requests under way end for at most `graceMs`, then cuts them off. */
  close(graceMs: number): Promise<void>;
};

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** Names of the settings that hold host and port, for the error message. */
  readonly settingNames: readonly [host: string, port: string];
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Takes the place of 10 seconds for the headers and 30 for the whole request. */
  readonly timeouts?: Readonly<typeof TIMEOUTS> | undefined;
  readonly log: Log;
};

/**
 * Listens, by HTTPS where a certificate is given. Slow senders are cut off.
 *
 * @throws {ListenError}
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls, log, timeouts = TIMEOUTS } = options;
  const limits = {
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    handshakeTimeout: timeouts.headersMs,
    connectionsCheckingInterval: timeouts.checkEveryMs,
    keepAliveTimeout: 65_000,
  };
  const server: Server | TlsServer =
    tls === undefined
      ? createHttpServer(limits, handler)
      : createHttpsServer({ ...limits, ...readCertificate(tls), minVersion: 'TLSv1.2' }, handler);
  const stopWatching = tls === undefined ? () => {} : renewOnChange(server as TlsServer, tls, log);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, options)));
    server.listen(port, host, resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    port: actual,
    url: `${tls === undefined ? 'http' : 'https'}://${shown}:${actual}`,
    close: async (graceMs) => {
      stopWatching();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function readCertificate({ certFile, keyFile }: NonNullable<ListenOptions['tls']>): {
  cert: Buffer;
  key: Buffer;
} {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** Uses a renewed certificate for new connections; open ones keep theirs. */
function renewOnChange(server: TlsServer, tls: NonNullable<ListenOptions['tls']>, log: Log): () => void {
  let timer: NodeJS.Timeout | undefined;
  const renew = () => {
    try {
      server.setSecureContext({ ...readCertificate(tls), minVersion: 'TLSv1.2' });
      log.info('the certificate was read again', { file: tls.certFile });
    } catch (error) {
      log.error('the changed certificate can not be used; the old one stays', {
        file: tls.certFile,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const watchers = [...new Set([dirname(tls.certFile), dirname(tls.keyFile)])].map((folder) =>
    watch(folder, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(renew, 500);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function explain(error: Error, { host, port, settingNames }: ListenOptions): ListenError {
  const code = 'code' in error ? String(error.code) : '';
  const [hostName, portName] = settingNames;
  const causes: Record<string, string> = {
    EADDRINUSE: `port ${port} is taken by another program: stop that, or set ${portName} to a free port`,
    EACCES: `this user may not use port ${port}: set ${portName} to one above 1023`,
    EADDRNOTAVAIL: `this machine has no address ${host}: correct ${hostName}`,
    ENOTFOUND: `the host ${host} is not known: correct ${hostName}`,
  };
  return new ListenError(causes[code] ?? `can't listen on ${host}:${port}: ${error.message}`, {
    cause: error,
  });
}
