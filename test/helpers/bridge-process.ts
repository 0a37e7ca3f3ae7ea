import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Status } from '../../src/admin/status.js';
import { signBody } from '../../src/zoom/signature.js';
import type { Teardown, TestInflux } from './influx.js';
import { tempFolder } from './temp-folder.js';
import { until } from './until.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

/** The secret that the bridges of the tests check with. */
export const BRIDGE_SECRET = 'bridge-process-secret';

/** What came back of a post: a status, or the code of the error where no answer came. */
export type Posted = {
  readonly status: number | undefined;
  readonly error?: string;
  readonly body: string;
  readonly ms: number;
};

/** What `/readyz` says. */
export type Readiness = {
  readonly status: number;
  readonly state: Status['state'];
  readonly problems: Status['problems'];
};

/** How a process ended. */
export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
};

/** The real executable, serving. */
export type BridgeProcess = {
  readonly dataDir: string;
  readonly pid: number;
  readonly adminUrl: string;
  /** Lines of its log so far. */
  readonly log: readonly Record<string, unknown>[];
  /** Posts an event, signed, as Zoom does; a text or bytes go as they are. Never throws. */
  post(event: unknown, agent?: Agent): Promise<Posted>;
  status(): Promise<Status>;
  ready(): Promise<Readiness>;
  /** Waits until nothing waits any more. */
  drained(withinMs?: number): Promise<void>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended>;
};

/** The settings that make a bridge write to this InfluxDB. */
export function toInflux(
  { url, org, token }: Pick<TestInflux, 'url' | 'org' | 'token'>,
  bucket: string,
): Record<string, string> {
  return { INFLUX_URL: url, INFLUX_ORG: org, INFLUX_TOKEN: token, INFLUX_BUCKET: bucket };
}

/** Starts `qss-bridge serve` on free ports and waits until it receives; it is killed at the end of the test. */
export async function startBridgeProcess(
  t: Teardown,
  env: Readonly<Record<string, string>>,
  dataDir = tempFolder(t, 'bridge'),
): Promise<BridgeProcess> {
  const child = spawnCli(['serve'], dataDir, env);
  const log: Record<string, unknown>[] = [];
  const text = gather(child, (line) => log.push(parseLine(line)));
  let ended = false;
  const exited = once(child, 'close').then(([code, signal]) => {
    ended = true;
    return { code, signal } as Pick<Ended, 'code' | 'signal'>;
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const started = () => log.find(({ message }) => message === 'the bridge receives');
  await until('the bridge receives', () => ended || started() !== undefined, 30_000);
  const { webhook, status_page: adminUrl } = started() ?? {};
  if (typeof webhook !== 'string' || typeof adminUrl !== 'string')
    throw new Error(`the bridge did not start:\n${text()}`);
  const read = async (path: string) => {
    const response = await fetch(`${adminUrl}${path}`);
    return { status: response.status, json: await response.json() };
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const status = async () => (await read('/status.json')).json as Status;
  return {
    dataDir,
    pid: child.pid ?? 0,
    adminUrl,
    log,
    post: (event, own) => postSigned(webhook, event, own ?? agent),
    status,
    ready: async () => {
      const { status: code, json } = await read('/readyz');
      return { ...(json as Omit<Readiness, 'status'>), status: code };
    },
    drained: (withinMs = 30_000) =>
      until('nothing waits', async () => (await status()).counts.waiting === 0, withinMs),
    end: async (signal) => {
      const since = performance.now();
      child.kill(signal);
      const how = await exited;
      agent.destroy();
      return { ...how, ms: performance.now() - since };
    },
  };
}

/** Runs another command of the executable to its end; kills it after some time where that is given. */
export async function runCommand(
  args: readonly string[],
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  killAfterMs?: number,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawnCli(args, dataDir, env);
  const text = gather(child, () => {});
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  return { code, output: text() };
}

/** Nothing of the surroundings but what finds programs, and a folder without an `.env`. */
function spawnCli(
  args: readonly string[],
  dataDir: string,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const { PATH = '', HOME = '', XDG_CACHE_HOME, INFLUXD } = process.env;
  return spawn(process.execPath, [CLI, ...args], {
    cwd: dataDir,
    env: {
      PATH,
      HOME,
      ...(XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME }),
      ...(INFLUXD === undefined ? {} : { INFLUXD }),
      ZOOM_SECRET_TOKEN: BRIDGE_SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      ADMIN_PORT: '0',
      DATA_DIR: dataDir,
      LOG_FORMAT: 'json',
      ...env,
    },
  });
}

function gather(child: ChildProcess, onLine: (line: string) => void): () => string {
  let all = '';
  let rest = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (data: string) => {
      all += data;
      const lines = (rest + data).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  return () => all;
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { message: line };
  }
}

function postSigned(url: string, event: unknown, agent: Agent): Promise<Posted> {
  const body = Buffer.isBuffer(event)
    ? event
    : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const since = performance.now();
  return new Promise((resolve) => {
    const end = (status: number | undefined, text: string, error?: string) =>
      resolve({
        status,
        body: text,
        ms: performance.now() - since,
        ...(error === undefined ? {} : { error }),
      });
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'x-zm-request-timestamp': timestamp,
      'x-zm-signature': signBody(BRIDGE_SECRET, timestamp, body),
    };
    const fail = (error: NodeJS.ErrnoException) => end(undefined, '', error.code ?? error.message);
    const posting = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => end(response.statusCode, text));
      response.on('error', fail);
    });
    posting.on('error', fail);
    posting.end(body);
  });
}
