import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { errorText } from '../error-text.js';

const OUTPUT_TAIL_LINES = 30;

/** How a program ended. */
export interface ProgramExit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines it said, or why it could not be run. */
  outputTail: string;
}

/** A program that runs, its output read line by line. */
export interface RunningProgram {
  /** Undefined where it could not be started at all; `exited` then says why. */
  pid: number | undefined;
  exited: Promise<ProgramExit>;
  outputTail(): string;
  kill(signal: NodeJS.Signals): void;
}

/** What to run and how. */
export interface RunProgramOptions {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Its own process group: a Ctrl-C at the terminal then does not reach it. */
  ownGroup?: boolean;
  onLine?: (line: string) => void;
}

/** Runs a program without a shell; never throws, for what goes wrong is told by `exited`. */
export function runProgram(options: RunProgramOptions): RunningProgram {
  const tail: string[] = [];
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.ownGroup ?? false,
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const keep = (line: string): void => {
    tail.push(line);
    if (tail.length > OUTPUT_TAIL_LINES) {
      tail.shift();
    }
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      keep(line);
      options.onLine?.(line);
    });
  }
  const outputTail = (): string => tail.join('\n');
  return {
    pid: child.pid,
    exited: whenExited(child, keep, outputTail),
    outputTail,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

function whenExited(
  child: ChildProcessByStdio<null, Readable, Readable>,
  keep: (line: string) => void,
  outputTail: () => string,
): Promise<ProgramExit> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      keep(errorText(error));
      if (child.pid === undefined) {
        resolve({ exitCode: null, signal: null, outputTail: outputTail() });
      }
    });
    // 'close' and not 'exit': only then the last lines have been read.
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, outputTail: outputTail() }));
  });
}
