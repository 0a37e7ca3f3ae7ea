import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { type BridgeProcess, startBridgeProcess } from '../../helpers/bridge-process.js';
import type { Teardown } from '../../helpers/influx.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import type { Beat } from './pulse.js';

/** Zoom waits 3 s; a valid event has to be acknowledged in this time, whatever strangers do. */
const WITHIN_MS = 1_000;

/** How long valid events are looked at after an attack. */
const AFTER_MS = 1_500;

/** Nothing listens there: events wait on disk, and nothing but the attack takes the bridge's time. */
const NO_INFLUX = {
  INFLUX_URL: 'http://127.0.0.1:9',
  INFLUX_ORG: 'o',
  INFLUX_TOKEN: 't',
  INFLUX_BUCKET: 'zoom',
};

/** A real bridge that is attacked. */
export type Victim = {
  readonly bridge: BridgeProcess;
  readonly url: URL;
  /**
   * Attacks it while valid events come, and goes on with these for a while after it. Each has to be acknowledged within a second, not
   * counting what this machine makes anybody wait: the time that a bare server needs for the same at the same moment, or in which the
   * bridge had work and other programs the processors.
   */
  under<Result>(t: ExecutionContext, attack: () => Promise<Result>): Promise<Result>;
  /** Memory in bytes that the process takes now, where the system tells. */
  memory(): number | undefined;
  /** A connection for bytes that no HTTP client would send. */
  dial(): Promise<Dialled>;
  /** Sends bytes on a connection of their own; everything that came back by the time it was closed, or by `withinMs`. */
  exchange(bytes: string | Uint8Array, withinMs?: number): Promise<string>;
};

/** A connection by hand, which takes no notice of being cut off. */
export type Dialled = {
  readonly socket: Socket;
  text(): string;
  readonly closed: Promise<void>;
};

export async function startVictim(t: Teardown, env: Readonly<Record<string, string>> = {}): Promise<Victim> {
  const bridge = await startBridgeProcess(t, { ...NO_INFLUX, ...env });
  const url = new URL((await bridge.status()).receiver.webhookUrl);
  const bare = await startChild(t, 'bare-server.js', [tempFolder(t, 'bare')]);
  const [{ port }] = (await once(bare, 'message')) as [{ port: number }];
  const bareUrl = `http://127.0.0.1:${port}/`;
  let first = 0;

  const dial = async (): Promise<Dialled> => {
    const socket = connect({ port: Number(url.port), host: '127.0.0.1' });
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      // Answers are short; a flood of them is not kept.
      if (text.length < 100_000) text += chunk;
    });
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.on('error', () => resolve());
    });
    await Promise.race([once(socket, 'connect'), closed]);
    return { socket, text: () => text, closed };
  };

  return {
    bridge,
    url,
    dial,
    exchange: async (bytes, withinMs = 5_000) => {
      const { socket, text, closed } = await dial();
      socket.write(bytes);
      const waiting = new AbortController();
      await Promise.race([closed, sleep(withinMs, undefined, waiting).catch(() => {})]);
      waiting.abort();
      socket.destroy();
      return text();
    },
    memory: () => memoryOf(bridge.pid),
    under: async (t, attack) => {
      first += 100_000;
      const pulse = await startChild(t, 'pulse.js', [url.href, bareUrl, String(first), String(bridge.pid)]);
      await once(pulse, 'message');
      const result = await attack();
      await sleep(AFTER_MS);
      pulse.send('end');
      const [beats] = (await once(pulse, 'message')) as [readonly Beat[]];
      judge(t, beats);
      return result;
    },
  };
}

function judge(t: ExecutionContext, beats: readonly Beat[]): void {
  const own = ({ bridgeMs, bareMs, starvedMs }: Beat) => bridgeMs - Math.max(bareMs, starvedMs);
  const slowest = Math.max(...beats.map(({ bridgeMs }) => bridgeMs));
  const net = Math.max(...beats.map(own));
  t.log(
    `${beats.length} valid events, the slowest acknowledged in ${slowest.toFixed(0)} ms, ${net.toFixed(0)} ms without what this machine made it wait`,
  );
  t.true(beats.length >= 10, `${beats.length} valid events`);
  t.deepEqual(
    beats.filter((beat) => beat.status !== 204 || own(beat) > WITHIN_MS),
    [],
    'valid events that were not acknowledged within a second',
  );
}

async function startChild(t: Teardown, file: string, args: readonly string[]): Promise<ChildProcess> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(program, [...args], { execArgv: [] });
  t.teardown(async () => {
    child.kill('SIGKILL');
  });
  return child;
}

function memoryOf(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return pages * 4096;
  } catch {
    return undefined;
  }
}
