import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Status } from '../src/admin/status.js';
import type { TcpProxy } from './tcp-proxy.js';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const CLOCK = new URL('./shifted-clock.js', import.meta.url).href;

/** A start reads what a killed process left behind; that it ended is noticed at once anyway. */
const START_WITHIN_MS = 60_000;

/** So long after a failed start a service manager tries again. */
const RESTART_MS = 200;

/** Lines of the log that are kept for the report of a failure. */
const KEPT_LINES = 400;

export type BridgeOptions = {
  /** Its DATA_DIR. */
  readonly dataDir: string;
  /** A folder for files that are not the bridge's. */
  readonly folder: string;
  /** Settings by their outside names, without DATA_DIR and ports. */
  readonly env: Readonly<Record<string, string>>;
  /** Leads to the bridge, wherever it listens. */
  readonly line: TcpProxy;
};

/** The bridge as its host sees it: a process that is killed, frozen and started again. It is looked at from outside alone. */
export class BridgeUnderFire {
  readonly #options: BridgeOptions;
  readonly #clockFile: string;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #adminUrl: string | undefined;
  #turns: Promise<unknown> = Promise.resolve();
  #isMeant = true;
  /** The last lines of its log, of all its lives. */
  readonly log: string[] = [];
  /** What it did that nobody asked it to: ends of its own, failures of the writer. */
  readonly complaints: string[] = [];
  /** Its clock was set so far off that it had to refuse posts. */
  mayRefuse = false;
  #isDiskFull = false;
  #hadFullDisk = false;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#clockFile = join(options.folder, 'clock');
    this.shiftClock(0);
  }

  /** While its disk is full it need not start, and is started again as a service manager does. */
  set isDiskFull(isFull: boolean) {
    this.#isDiskFull = isFull;
    this.#hadFullDisk ||= isFull;
  }

  /** Lets one fault after another have the process. */
  turn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#turns.then(act);
    this.#turns = done.catch(() => {});
    return done;
  }

  /** Sets its clock off by this much, ms, from now on. */
  shiftClock(ms: number): void {
    const draft = `${this.#clockFile}.draft`;
    writeFileSync(draft, String(ms));
    renameSync(draft, this.#clockFile);
  }

  /** Starts it and waits until it receives. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const deadline = performance.now() + START_WITHIN_MS;
    this.spawn(env);
    while (this.#adminUrl === undefined) {
      if (this.#child === undefined && !this.#hadFullDisk)
        throw new Error(`the bridge did not start:\n${this.log.slice(-20).join('\n')}`);
      if (this.#child === undefined) {
        await sleep(RESTART_MS);
        this.spawn(env);
      }
      if (performance.now() > deadline) throw new Error('the bridge does not start');
      await sleep(5);
    }
  }

  /** Starts it and waits for nothing. */
  spawn(env: Readonly<Record<string, string>> = {}): void {
    const { dataDir } = this.#options;
    const { PATH = '', HOME = '' } = process.env;
    this.#isMeant = false;
    this.#hadFullDisk = this.#isDiskFull;
    const child = spawn(process.execPath, ['--import', CLOCK, CLI, 'serve'], {
      cwd: dataDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH,
        HOME,
        HOST: '127.0.0.1',
        PORT: '0',
        ADMIN_PORT: '0',
        DATA_DIR: dataDir,
        LOG_FORMAT: 'json',
        TORTURE_CLOCK_FILE: this.#clockFile,
        ...this.#options.env,
        ...env,
      },
    });
    this.#child = child;
    this.#exited = once(child, 'close').then(([code, signal]) => this.#ended(code, signal));
    for (const stream of [child.stdout, child.stderr]) this.#read(stream);
  }

  /** Ends it with a signal; resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#isMeant = true;
    this.#child?.kill(signal);
    await this.#exited;
  }

  /** SIGKILL, without waiting: for whoever can't. */
  kill(): void {
    this.#isMeant = true;
    this.#child?.kill('SIGKILL');
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** What `/status.json` says; undefined where nobody answers. */
  async status(): Promise<Status | undefined> {
    try {
      const response = await fetch(`${this.#adminUrl}/status.json`, { signal: AbortSignal.timeout(5_000) });
      return (await response.json()) as Status;
    } catch {
      return undefined;
    }
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    const wasReceiving = this.#adminUrl !== undefined;
    this.#child = undefined;
    this.#adminUrl = undefined;
    this.#options.line.setTarget(undefined);
    const text = `--- ended, ${signal ?? `code ${code}`}`;
    this.#keep(text);
    if (!wasReceiving && this.#hadFullDisk) return;
    if (!this.#isMeant) this.complaints.push(`the bridge ended by itself: ${text}`);
    if (this.#isMeant && code !== null && code !== 0)
      this.complaints.push(`the bridge ended with code ${code}`);
  }

  #read(stream: NodeJS.ReadableStream): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (data: string) => {
      const lines = (rest + data).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#hear(line);
    });
  }

  #hear(line: string): void {
    this.#keep(line);
    const { message, webhook, status_page, error } = parse(line);
    if (message === 'the bridge receives') {
      this.#options.line.setTarget(Number(new URL(String(webhook)).port));
      this.#adminUrl = String(status_page);
    }
    if (
      message === 'the writer failed and is started again' &&
      !(this.#hadFullDisk && /disk of DATA_DIR is full|no space left/i.test(String(error)))
    )
      this.complaints.push(line);
    if (message === undefined && !this.#hadFullDisk) this.complaints.push(`not a line of the log: ${line}`);
  }

  #keep(line: string): void {
    this.log.push(line);
    if (this.log.length > KEPT_LINES) this.log.shift();
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
