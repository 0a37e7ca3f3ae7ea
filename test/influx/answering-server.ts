import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Teardown } from '../helpers/influx.js';

/** Starts a server that answers as told, on a free port, until the test ends. */
export async function startAnsweringServer(
  t: Teardown,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** What a proxy in front of InfluxDB alters. */
export interface ProxyOptions {
  /** Serves InfluxDB below this path alone. */
  prefix?: string;
  /** Alters the body of an answer to a GET. */
  alter?: (path: string, body: string) => string;
}

/** Starts a proxy in front of an InfluxDB. */
export async function startProxy(t: Teardown, target: string, options: ProxyOptions = {}): Promise<string> {
  const { prefix = '', alter = (_path, body) => body } = options;
  return await startAnsweringServer(t, (incoming, outgoing) => {
    const path = incoming.url ?? '';
    if (!path.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nothing here</h1>');
      return;
    }
    const { 'accept-encoding': _encoding, ...headers } = incoming.headers;
    const forwarded = request(
      target + path.slice(prefix.length),
      { method: incoming.method ?? 'GET', headers },
      async (answer) => {
        const body = (await answer.toArray()).map(String).join('');
        const { 'content-length': _length, ...answerHeaders } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, answerHeaders);
        outgoing.end(incoming.method === 'GET' ? alter(path, body) : body);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
}
