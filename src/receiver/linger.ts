import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a sender that was refused may go on sending before the connection is cut. */
const LINGER_MS = 2_000;

/**
 * Sends the head of an answer without content, and resolves when the sender has ended its request or was given time enough.
 * A connection that is closed while bytes are unread is reset, and the reset can take the answer along: the sender, or a proxy
 * before it, would see a failure of the network instead of the refusal. Source: RFC 9112, 9.6.
 */
export async function linger(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Content-Length', 0);
  response.flushHeaders();
  if (request.readableEnded || request.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    for (const event of ['end', 'close', 'error']) request.once(event, done);
    request.resume();
  });
}
