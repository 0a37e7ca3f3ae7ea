import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createReceiver } from '../../src/receiver/app.js';
import { type Listening, type ListenOptions, listen } from '../../src/receiver/listen.js';
import { ReceiverStats } from '../../src/receiver/receiver-stats.js';
import type { Append } from '../../src/receiver/webhook.js';
import type { RawEnvironment } from '../../src/settings/read-environment.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { Spool } from '../../src/spool/spool.js';
import { signBody } from '../../src/zoom/signature.js';
import { type RecordingLog, recordingLog } from './recording-log.js';
import { tempFolder } from './temp-folder.js';

/** The secret and the moment that the vectors of the test cases are signed with. */
export const SECRET = 's3cret-Case-Token';
export const T = 1_760_000_061;
export const PATH = '/zoom/webhook';

/** A QoS event with one stream, and its signature by {@link SECRET} at {@link T}. */
export const B1 =
  '{"event":"meeting.participant_qos","event_ts":1760000061000,"payload":{"account_id":"ACC0000000000000000001","object":{"uuid":"abcdEFGH1234ijklMNOP5w==","id":"85100000001","participant":{"user_id":"16778240","participant_user_id":"","email":"","qos":[{"date_time":"2025-10-09T08:54:00Z","type":"audio_input","details":{"bitrate":"63 kbps","latency":"134 ms","jitter":"6 ms","avg_loss":"0.0%","max_loss":"0.0%"}}]}}}}';
export const B1_SIGNATURE = 'v0=9f4267d2f551006b39eb6c50afc731e55065b966b6c3dac9d4a6a61567f55e49';

/** A URL validation, its signature by {@link SECRET} at {@link T}, and the answer to it. */
export const VALIDATION =
  '{"event":"endpoint.url_validation","event_ts":1760000061000,"payload":{"plainToken":"CaseToken_0000000000001"}}';
export const VALIDATION_SIGNATURE = 'v0=50b86fceff1fdc3f2b4aed603a502d3959e5c31fbbe0967376378aed98723910';
export const VALIDATION_ANSWER = {
  plainToken: 'CaseToken_0000000000001',
  encryptedToken: '83c35af01ec97caa187fcb240452e7e2ed7734d093cc8bc41cf38598167eceee',
};

export type Reply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The sender's port: equal where a connection was used again. */
  readonly clientPort: number;
};

export type PostOptions = {
  readonly secret?: string;
  readonly timestamp?: number | string;
  /** Takes the place of the right signature. */
  readonly signature?: string;
  /** Added or put in place of the usual ones; null leaves a header out, a list sends it more than once. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** What goes over the line where it is not the signed body itself: packed, say. */
  readonly wire?: Uint8Array;
  readonly path?: string;
  readonly method?: string;
  readonly agent?: Agent;
  readonly chunked?: boolean;
};

export type WebhookServer = {
  readonly port: number;
  readonly url: string;
  readonly log: RecordingLog;
  readonly stats: ReceiverStats;
  /** What the recording append was given; stays empty where another append is used. */
  readonly stored: Buffer[];
  /** Milliseconds since 1970 as the receiver sees them. */
  readonly clock: { ms: number };
  readonly listening: Listening;
  /** Posts a body with the headers that Zoom sends, signed. */
  post(body: string | Uint8Array, options?: PostOptions): Promise<Reply>;
  /** Opens a connection for bytes that no HTTP client would send. */
  dial(): Promise<Dialled>;
  /** The reasons counted so far. */
  rejected(): Readonly<Record<string, number>>;
};

export type WebhookServerOptions = {
  readonly env?: RawEnvironment;
  /** Takes the place of the append that keeps everything in {@link WebhookServer.stored}. */
  readonly append?: Append;
  readonly timeouts?: ListenOptions['timeouts'];
  /** Memory for bodies that are not verified yet. */
  readonly bodyBudgetBytes?: number;
};

type Teardown = { teardown(clean: () => Promise<void>): void };

/** Starts the real receiver on a free port of the loopback interface. Its clock stands at {@link T}. */
export async function startWebhook(t: Teardown, options: WebhookServerOptions = {}): Promise<WebhookServer> {
  const settings = readSettings({ ZOOM_SECRET_TOKEN: SECRET, ...options.env });
  const log = recordingLog();
  const stats = new ReceiverStats();
  const stored: Buffer[] = [];
  const clock = { ms: T * 1000 };
  const keep: Append = async (body) => {
    stored.push(body);
  };
  const receiver = createReceiver({
    settings,
    append: options.append ?? keep,
    stats,
    log,
    now: () => clock.ms,
    bodyBudgetBytes: options.bodyBudgetBytes,
  });
  const listening = await listen(receiver.callback(), {
    host: '127.0.0.1',
    port: 0,
    settingNames: ['HOST', 'PORT'],
    log,
    timeouts: options.timeouts,
  });
  t.teardown(() => listening.close(0));
  const { port, url } = listening;
  return {
    port,
    url,
    log,
    stats,
    stored,
    clock,
    listening,
    post: (body, post = {}) => send(port, settings.webhook.path, body, post),
    dial: () => dial(port),
    rejected: () => stats.snapshot().rejected,
  };
}

/** A real spool in a folder of the test's own. */
export async function startSpool(t: Teardown, maxBytes = 64 * 1024 * 1024): Promise<Spool> {
  const spool = new Spool(await tempFolder(t), maxBytes);
  t.teardown(() => spool.close());
  return spool;
}

/** One connection that stays open. */
export function oneConnection(t: { teardown(clean: () => void): void }): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  return agent;
}

/** The headers that Zoom sends with a body, as node:http takes them: names and values in turn. */
export function zoomHeaders(body: Uint8Array, options: PostOptions = {}): string[] {
  const { secret = SECRET, timestamp = T, signature } = options;
  const usual: PostOptions['headers'] = {
    host: 'bridge.example.com',
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Zoom Marketplace/1.0a',
    'x-zm-request-timestamp': String(timestamp),
    'x-zm-signature': signature ?? signBody(secret, String(timestamp), body),
  };
  return Object.entries({ ...usual, ...options.headers }).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().flatMap((one) => [name, one]),
  );
}

function send(
  port: number,
  webhookPath: string,
  body: string | Uint8Array,
  options: PostOptions,
): Promise<Reply> {
  const { path = webhookPath, method = 'POST', chunked = false } = options;
  const signed = Buffer.from(body);
  const wire = options.wire ?? signed;
  const lengths = chunked ? ['transfer-encoding', 'chunked'] : ['content-length', String(wire.length)];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: options.agent ?? new Agent(),
        headers: [...zoomHeaders(signed, options), ...lengths],
      },
      async (incoming) => {
        const clientPort = incoming.socket.localPort ?? 0;
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of incoming) chunks.push(chunk);
        } catch (error) {
          reject(error);
        }
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString(),
          clientPort,
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(wire);
  });
}

/** A connection by hand. */
export type Dialled = {
  readonly socket: Socket;
  write(bytes: string | Uint8Array): void;
  /** Everything received so far. */
  text(): string;
  /** Resolves with everything received once the other side has closed. */
  closed: Promise<string>;
};

async function dial(port: number): Promise<Dialled> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const text = () => Buffer.concat(chunks).toString('latin1');
  const closed = new Promise<string>((resolve) => {
    socket.once('end', () => {
      socket.end();
      resolve(text());
    });
    socket.once('close', () => resolve(text()));
    socket.on('error', () => resolve(text()));
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return { socket, write: (bytes) => socket.write(bytes), text, closed };
}

/** A request's head as bytes, with Zoom's headers for a body. */
export function requestHead(
  body: Uint8Array,
  options: PostOptions & { extra?: readonly string[] } = {},
): string {
  const { path = PATH, method = 'POST', extra = [] } = options;
  const pairs = zoomHeaders(body, options);
  const lines = pairs.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${pairs[index + 1] ?? ''}`] : [],
  );
  return `${method} ${path} HTTP/1.1\r\n${[...lines, ...extra].join('\r\n')}\r\n\r\n`;
}
