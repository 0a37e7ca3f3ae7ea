import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a connection goes through at present. `left` counts down; at 0 everything goes through again. */
type Trouble =
  | { readonly kind: 'none' }
  /** New connections are broken off at once. */
  | { readonly kind: 'refuse' }
  /** Half of what was asked arrives, then the connection breaks. */
  | { readonly kind: 'cut_request'; left: number }
  /** What was asked arrives whole; the answer does not. */
  | { readonly kind: 'cut_answer'; left: number; readonly onCut: () => void }
  /** Answers go through, and somebody is told of the first one. */
  | { readonly kind: 'tell_answer'; left: number; readonly onAnswer: () => void };

const NO_TROUBLE: Trouble = { kind: 'none' };

/** A line between two processes on this machine that can be cut, slowed down and held. */
export class TcpProxy {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #target: number | undefined;
  #delayMs = 0;
  #trouble: Trouble = NO_TROUBLE;
  #held: { readonly until: Promise<void>; readonly release: () => void } | undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (client) => this.#join(client));
  }

  /** Starts listening on a free port of the loopback interface. */
  static async start(): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new TcpProxy(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  /** The port that connections go to from now on; undefined: there is nobody, and they are broken off. */
  setTarget(port: number | undefined): void {
    this.#target = port;
  }

  /** Breaks every connection there is, as a firewall that forgot them does. */
  cut(): void {
    for (const socket of this.#open) breakOff(socket);
  }

  /** Breaks new connections from now on, or no more. */
  refuse(isRefusing: boolean): void {
    this.#trouble = isRefusing ? { kind: 'refuse' } : NO_TROUBLE;
    if (isRefusing) this.cut();
  }

  /** Everything takes this much longer, each way, ms. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** Connections are taken and bytes swallowed; they come out when {@link release} is called, also where nobody waits any more. */
  hold(): void {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held ??= { until, release };
  }

  release(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  /** Breaks the next so many requests in their middle. */
  cutRequests(count: number): void {
    this.#trouble = { kind: 'cut_request', left: count };
  }

  /** Lets the next so many requests through and loses their answers. */
  cutAnswers(count: number, onCut: () => void = () => {}): void {
    this.#trouble = { kind: 'cut_answer', left: count, onCut };
  }

  /** Tells of the next answer when it is handed on; nothing is wrong with the line. */
  onNextAnswer(onAnswer: () => void): void {
    this.#trouble = { kind: 'tell_answer', left: 1, onAnswer };
  }

  /** Everything goes through again. */
  restore(): void {
    this.#trouble = NO_TROUBLE;
    this.#delayMs = 0;
    this.release();
  }

  async close(): Promise<void> {
    this.release();
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(client: Socket): void {
    this.#track(client);
    if (this.#target === undefined || this.#trouble.kind === 'refuse') {
      breakOff(client);
      return;
    }
    const server = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    this.#track(server);
    const breakBoth = () => {
      breakOff(client);
      breakOff(server);
    };
    client.on('error', () => server.end());
    server.on('error', breakBoth);
    this.#carry(client, server, (chunk) => {
      if (this.#trouble.kind !== 'cut_request' || !this.#count(this.#trouble)) return chunk;
      server.write(chunk.subarray(0, Math.floor(chunk.length / 2)), breakBoth);
      return undefined;
    });
    this.#carry(server, client, (chunk) => {
      if (this.#trouble.kind === 'tell_answer' && this.#count(this.#trouble)) this.#trouble.onAnswer();
      if (this.#trouble.kind !== 'cut_answer') return chunk;
      const { onCut } = this.#trouble;
      if (!this.#count(this.#trouble)) return chunk;
      onCut();
      breakBoth();
      return undefined;
    });
  }

  /** Hands bytes on in their order; `pass` may keep them. */
  #carry(from: Socket, to: Socket, pass: (chunk: Buffer) => Buffer | undefined): void {
    let before = Promise.resolve();
    const next = (step: () => void) => {
      before = before.then(async () => {
        await this.#held?.until;
        if (this.#delayMs > 0) await sleep(this.#delayMs);
        step();
      });
    };
    from.on('data', (chunk: Buffer) =>
      next(() => {
        const passed = pass(chunk);
        if (passed !== undefined && !to.destroyed) to.write(passed);
      }),
    );
    from.on('end', () => next(() => to.end()));
    from.on('close', () => next(() => to.end()));
  }

  #count(trouble: { left: number }): boolean {
    if (trouble.left <= 0) return false;
    trouble.left -= 1;
    return true;
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#open.delete(socket));
  }
}

/**
 * Resets a connection. Not one that is being ended already: Node.js can't do both, and would wait for ever for its own end
 * (`uv_tcp_close_reset` refuses a handle that is shutting down).
 */
function breakOff(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
