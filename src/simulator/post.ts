import { Agent, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { SimulatorOptionError } from './errors.js';

/** What came back of one POST: a status, or the reason why none came. */
export type Answer =
  | { readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly status: undefined; readonly reason: string };

export interface PosterOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly maxConnections: number;
  /** Accept a certificate that no known authority has issued; Zoom itself does not. */
  readonly allowSelfSigned: boolean;
}

/** Posts over kept-alive connections; never throws and never follows a redirect. */
export class Poster {
  readonly #send: typeof requestHttp;
  readonly #agent: Agent;
  readonly #target: { hostname: string; port: string; path: string };
  readonly #timeoutMs: number;

  /** @throws SimulatorOptionError for a URL that is not http or https */
  constructor({ url, timeoutMs, maxConnections, allowSelfSigned }: PosterOptions) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
      throw new SimulatorOptionError('url', url, 'an http or https URL');
    }
    const isTls = parsed.protocol === 'https:';
    const keeping = { keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections };
    this.#send = isTls ? requestHttps : requestHttp;
    this.#agent = isTls
      ? new TlsAgent({ ...keeping, rejectUnauthorized: !allowSelfSigned })
      : new Agent(keeping);
    this.#target = {
      hostname: parsed.hostname.replace(/^\[|\]$/g, ''),
      port: parsed.port,
      path: `${parsed.pathname}${parsed.search}`,
    };
    this.#timeoutMs = timeoutMs;
  }

  async post(body: Buffer, headers: OutgoingHttpHeaders): Promise<Answer> {
    const answer = await this.#tryOnce(body, headers);
    // The receiver closed an idle connection just as it was used again: no try that Zoom would have counted.
    return answer === 'stale connection' ? this.post(body, headers) : answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #tryOnce(body: Buffer, headers: OutgoingHttpHeaders): Promise<Answer | 'stale connection'> {
    return new Promise((resolve) => {
      const request = this.#send({ ...this.#target, method: 'POST', agent: this.#agent, headers });
      const timer = setTimeout(() => {
        resolve({ status: undefined, reason: 'timeout' });
        request.destroy();
      }, this.#timeoutMs);
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        const reason = error.code ?? error.message;
        resolve(
          request.reusedSocket && reason === 'ECONNRESET'
            ? 'stale connection'
            : { status: undefined, reason },
        );
      };
      request.on('error', fail);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          const contentType = response.headers['content-type'] ?? '';
          resolve({ status: response.statusCode ?? 0, contentType, body: text });
        });
      });
      request.end(body);
    });
  }
}
