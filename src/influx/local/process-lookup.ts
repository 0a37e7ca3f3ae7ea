import { readFile } from 'node:fs/promises';
import { runProgram } from './child.js';

/** What the system says of a running process. */
export interface ProcessFacts {
  commandLine: string;
  parent: number;
}

/**
 * Asks the system about a process: `/proc` where there is one, else `ps`.
 *
 * @returns undefined where the process does not run (any more), or nobody can tell
 */
export async function lookUpProcess(pid: number): Promise<ProcessFacts | undefined> {
  if (!isAlive(pid)) {
    return undefined;
  }
  return (await fromProc(pid)) ?? (await fromPs(pid));
}

/** @returns whether a process of this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function fromProc(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
    // A process that has ended and was not yet waited for has an empty command line.
    return { commandLine: commandLine.replaceAll('\0', ' ').trim(), parent };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<ProcessFacts | undefined> {
  const ps = runProgram({ command: 'ps', args: ['-ww', '-o', 'ppid=,command=', '-p', String(pid)] });
  const { exitCode, outputTail } = await ps.exited;
  const match = /^\s*(\d+)\s+(.*)$/m.exec(outputTail);
  return exitCode === 0 && match?.[2] !== undefined
    ? { parent: Number(match[1]), commandLine: match[2] }
    : undefined;
}
