import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Teardown } from '../helpers/influx.js';
import { until } from '../helpers/until.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export const SECRET = 'replay-secret';

/** How a command ended, and what it said. */
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

export type CliOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Stops reading the output after so many bytes. */
  readonly readAtMost?: number;
};

/** Runs the executable in a process of its own, without any setting but those given. */
export async function runCli(
  args: readonly string[],
  { env = {}, input, cwd, readAtMost }: CliOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], { env: bare(env), cwd });
  const texts = listen(child);
  child.stdout.on('data', () => {
    if (readAtMost !== undefined && texts.out.length >= readAtMost) child.stdout.destroy();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: texts.out, err: texts.err };
}

export type Served = {
  readonly webhookUrl: string;
  readonly adminUrl: string;
  counts(): Promise<Readonly<Record<string, number>>>;
  /** Waits until as many events were accepted and none of them waits. */
  settled(accepted: number, withinMs?: number): Promise<Readonly<Record<string, number>>>;
  log(): string;
  /** Ends the process and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts `serve` in a process of its own, on free ports. */
export async function serve(t: Teardown, env: Readonly<Record<string, string>>): Promise<Served> {
  const child = spawn(process.execPath, [CLI, 'serve'], {
    env: bare({
      ZOOM_SECRET_TOKEN: SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      ADMIN_PORT: '0',
      LOG_FORMAT: 'json',
      ...env,
    }),
  });
  const texts = listen(child);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    await gone;
  };
  t.teardown(() => end('SIGKILL'));
  await until('the bridge receives', () => texts.err.includes('the bridge receives'), 120_000);
  const started: unknown = JSON.parse(
    texts.err.split('\n').find((line) => line.includes('the bridge receives')) ?? '',
  );
  const { webhook, status_page: adminUrl } = started as { webhook: string; status_page: string };
  const counts = async () => {
    const answer = await fetch(`${adminUrl}/status.json`);
    return ((await answer.json()) as { counts: Record<string, number> }).counts;
  };
  return {
    webhookUrl: webhook,
    adminUrl,
    counts,
    settled: async (accepted, withinMs = 120_000) => {
      await until(
        `${accepted} events are worked on`,
        async () => {
          const now = await counts();
          return (now['accepted'] ?? 0) >= accepted && now['waiting'] === 0;
        },
        withinMs,
      );
      return await counts();
    },
    log: () => texts.err,
    end,
  };
}

function bare(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env };
}

function listen(child: ChildProcessWithoutNullStreams): { out: string; err: string } {
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.err += chunk.toString();
  });
  return texts;
}
