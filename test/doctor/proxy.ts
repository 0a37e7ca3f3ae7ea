import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Teardown } from '../helpers/influx.js';
import type { Pair } from './certificates.js';

export type ProxyOptions = {
  /** HTTPS with this certificate; HTTP without. */
  readonly pair?: Pair;
  /** More for the TLS side, an old version say. */
  readonly tls?: ServerOptions;
  readonly alterBody?: (body: Buffer) => Buffer;
  readonly alterHeaders?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  /** Milliseconds that a request with this body waits for. */
  readonly delay?: (body: Buffer) => number;
  /** Answers itself; false: passes the request on. */
  readonly answer?: (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer) => boolean;
};

/** Starts a proxy in front of a bridge, as good or as bad as it is told; gives the webhook's address in it. */
export async function startProxy(t: Teardown, port: number, options: ProxyOptions = {}): Promise<URL> {
  const {
    pair,
    alterBody = (body) => body,
    alterHeaders = (headers) => headers,
    delay = () => 0,
    answer,
  } = options;
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = Buffer.concat(await incoming.toArray());
    await sleep(delay(body));
    if (answer?.(incoming, outgoing, body) === true) return;
    const altered = alterBody(body);
    const { 'transfer-encoding': _coding, ...headers } = alterHeaders(incoming.headers);
    const forwarded = request(
      {
        host: '127.0.0.1',
        port,
        path: incoming.url,
        method: incoming.method,
        headers: { ...headers, 'content-length': altered.length },
        agent: false,
      },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      },
    );
    forwarded.on('error', () => {
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    });
    forwarded.end(altered);
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    void handle(incoming, outgoing).catch(() => outgoing.destroy());
  const server =
    pair === undefined
      ? createHttpServer(listener)
      : createHttpsServer({ cert: pair.cert, key: pair.key, ...options.tls }, listener);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const at = typeof address === 'object' ? address?.port : '';
  return new URL(`${pair === undefined ? 'http' : 'https'}://localhost:${at}/zoom/webhook`);
}
