import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GeneratorOptions, GeneratorResult } from './generator.js';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A program of the bench that says things as JSON lines. */
export class JsonProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(file: string, args: readonly string[], env: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, [here(file), ...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#child.stdout === null) throw new Error(`${file} has no output`);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async next<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('a program of the bench ended too early');
    return JSON.parse(value) as T;
  }

  go(): void {
    this.#child.stdin?.write('go\n');
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }
}

/** Posts events as a process of its own. `started` is told when everything is prepared; posting begins once it has come to its end. */
export async function generate(
  options: GeneratorOptions,
  started: () => void | Promise<void>,
): Promise<GeneratorResult> {
  const generator = new JsonProcess('./generator.js', [JSON.stringify(options)]);
  await generator.next<{ ready: number }>();
  await started();
  generator.go();
  const result = await generator.next<GeneratorResult>();
  await generator.end();
  return result;
}

/** For two generators that are to begin together: resolves for both once both have come. `then` is told just before. */
export function bothReady(then: () => void): () => Promise<void> {
  let ready = 0;
  let go = () => {};
  const together = new Promise<void>((resolve) => {
    go = resolve;
  });
  return async () => {
    ready += 1;
    if (ready === 2) {
      then();
      go();
    }
    await together;
  };
}
