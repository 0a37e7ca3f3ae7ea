import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { State, Step, StepResult } from './steps.js';

const PROGRAM = fileURLToPath(new URL('./program.js', import.meta.url));

type Answer = { readonly result?: unknown; readonly error?: string };

/** A spool that is open in a process of its own, which can be killed. */
export class SpoolProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly setAside: unknown;

  private constructor(child: ChildProcess, setAside: unknown) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    this.setAside = setAside;
  }

  static async open(dataDir: string, maxBytes: number): Promise<SpoolProcess> {
    const child = fork(PROGRAM, [dataDir, String(maxBytes)], { execArgv: [] });
    return new SpoolProcess(child, await answerOf(child));
  }

  async take(step: Step): Promise<StepResult> {
    return (await this.#ask(step)) as StepResult;
  }

  async state(): Promise<State> {
    return (await this.#ask({ do: 'state' })) as State;
  }

  async close(): Promise<void> {
    await this.#ask({ do: 'close' });
    await this.#exited;
  }

  /** Ends it with no chance to do anything about it. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Begins a step and kills the process so many ms later, wherever it is then. */
  async takeAndKill(step: Step, afterMs: number): Promise<void> {
    this.#child.send(step);
    await sleep(afterMs);
    await this.kill();
  }

  async #ask(message: unknown): Promise<unknown> {
    const answer = answerOf(this.#child);
    this.#child.send(message as Step);
    return await answer;
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(([code, by]) => {
    throw new Error(`the process with the spool ended by itself: ${code ?? by}`);
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as [Answer];
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.result;
  } finally {
    ended.catch(() => {});
    waiting.abort();
  }
}
