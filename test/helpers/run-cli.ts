import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/version.js';

export const CLI = join(PACKAGE_ROOT, 'build/src/cli.js');

/** How a run of the executable ended. */
export type Run = { readonly code: number | null; readonly out: string; readonly err: string };

/** The executable while it runs. */
export type Running = {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  readonly ended: Promise<Run>;
};

/** Starts the real executable with nothing in its environment but what is given. */
export function startCli(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  const ended = new Promise<Run>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out: text(out), err: text(err) }));
  });
  return { child, out: () => text(out), err: () => text(err), ended };
}

/** Runs the real executable to its end; one that does not end within 90 s is killed and fails. */
export async function runCli(...args: Parameters<typeof startCli>): Promise<Run> {
  const { child, ended } = startCli(...args);
  const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
  const run = await ended;
  clearTimeout(timer);
  if (run.code === null) throw new Error(`${args[0].join(' ')} was killed\n${run.out}${run.err}`);
  return run;
}
