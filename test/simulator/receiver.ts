import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { encryptToken } from '../../src/simulator/url-validation.js';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly port: number;
}

export type Reply = number | 'hang' | 'reset' | ((response: ServerResponse, request: Received) => void);

/** A real HTTP server that answers the nth request as told and keeps what it got. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
}

/** @param reply by the number of the request, counted from 0 */
export async function startReceiver(reply: (index: number, request: Received) => Reply): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (message, response) => {
    const request = await read(message);
    received.push(request);
    answer(reply(received.length - 1, request), message, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/zoom/webhook`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers like a receiver of Zoom's events: the validation as it must be, everything else with 204. */
export function likeZoomWants(secret: string): (index: number, request: Received) => Reply {
  return (_index, { body }) => {
    const event: unknown = JSON.parse(body.toString());
    const plainToken = plainTokenOf(event);
    if (plainToken === undefined) return 204;
    return (response) => {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.end(JSON.stringify({ plainToken, encryptedToken: encryptToken(secret, plainToken) }));
    };
  };
}

function plainTokenOf(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || !('payload' in event)) return undefined;
  const { payload } = event;
  if (typeof payload !== 'object' || payload === null || !('plainToken' in payload)) return undefined;
  return String(payload.plainToken);
}

async function read(message: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return { headers: message.headers, body: Buffer.concat(chunks), port: message.socket.remotePort ?? 0 };
}

function answer(reply: Reply, message: IncomingMessage, response: ServerResponse, request: Received): void {
  if (typeof reply === 'function') reply(response, request);
  else if (reply === 'reset') message.socket.resetAndDestroy();
  else if (reply !== 'hang') {
    response.statusCode = reply;
    if (reply >= 300 && reply < 400) response.setHeader('location', '/elsewhere');
    response.end();
  }
}
