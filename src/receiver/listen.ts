import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Log } from '../log.js';
import { type CertificateFiles, readSecureContext, renewOnChange } from './certificate.js';
import { connectionLimit } from './connection-limit.js';

/** How long a sender has for its headers (a TLS handshake, too) and for the whole request, and how often that is looked at. */
const TIMEOUTS = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000 };

/**
 * How many connections the system holds ready that were not taken yet; it may set a lower limit itself. With Node's 511 a burst of strangers
 * fills it, and whoever comes then waits a second until the first packet is sent again.
 */
const BACKLOG = 4_096;

/**
 * How many requests of one connection may be under way. Zoom sends one after the other; a stranger could have thousands in one packet
 * worked on in one go, which nobody else gets a turn in.
 */
const MAX_UNDER_WAY = 16;

/** How often a server that closes looks for connections that have become idle. */
const SWEEP_MS = 50;

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
  readonly tls?: CertificateFiles | undefined;
  /** Takes the place of 5 seconds between two looks at the certificate's files. */
  readonly certificateEveryMs?: number;
  /** Takes the place of 10 seconds for the headers and 30 for the whole request. */
  readonly timeouts?: Readonly<typeof TIMEOUTS> | undefined;
  /** Takes the place of {@link connectionLimit}: connections beyond it are closed. */
  readonly maxConnections?: number;
  readonly log: Log;
};

/**
 * Listens, by HTTPS where a certificate is given. Slow senders are cut off.
 *
 * @throws {ListenError}
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls, log, timeouts = TIMEOUTS, certificateEveryMs } = options;
  const limited = withoutPiles(handler);
  const limits = {
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    handshakeTimeout: timeouts.headersMs,
    connectionsCheckingInterval: timeouts.checkEveryMs,
    keepAliveTimeout: 65_000,
  };
  const server: Server | TlsServer =
    tls === undefined
      ? createHttpServer(limits, limited)
      : createHttpsServer({ ...limits, ...readSecureContext(tls) }, limited);
  const stopWatching =
    tls === undefined ? () => {} : renewOnChange(server as TlsServer, tls, log, certificateEveryMs);
  // Whoever has sent a whole request and closes its half is still answered, however long storing takes. Node.js has it in no document.
  Object.assign(server, { httpAllowHalfOpen: true });
  const maxConnections = options.maxConnections ?? connectionLimit();
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      stopWatching();
      reject(explain(error, options));
    });
    server.listen({ port, host, backlog: BACKLOG }, resolve);
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
      // A connection whose last answer is still under way becomes idle later.
      const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(sweeping);
      clearTimeout(timer);
    },
  };
}

/** How many requests of a connection are under way, kept at the connection. */
const UNDER_WAY = Symbol('requests under way');

/**
 * Cuts off connections that pile up requests. An answer that waits behind another one is not counted: once those are more than a socket is
 * to hold, Node.js reads no further requests.
 *
 * @param handler gives a promise of the answer, as Koa's does; what gives none is not counted
 */
function withoutPiles(handler: RequestListener): RequestListener {
  return (request, response) => {
    const socket: Socket & { [UNDER_WAY]?: number } = request.socket;
    // What is left of the packet that a connection was cut off for.
    if (socket.destroyed) return;
    const count = (socket[UNDER_WAY] ?? 0) + 1;
    if (count > MAX_UNDER_WAY) {
      socket.destroy();
      return;
    }
    socket[UNDER_WAY] = count;
    const ended = () => {
      socket[UNDER_WAY] = (socket[UNDER_WAY] ?? 1) - 1;
    };
    const answered: unknown = handler(request, response);
    Promise.resolve(answered).then(ended, ended);
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
