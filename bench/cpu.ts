import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of CPU that a process and each of its threads have used. Linux only. */
export type CpuReading = { readonly total: number; readonly threads: ReadonlyMap<string, number> };

/** The kernel counts in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Reads the CPU time of a process. */
export function readCpu(pid: number): CpuReading {
  const threads = new Map<string, number>();
  let total = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    threads.set(`${name} ${task}`, seconds);
    total += seconds;
  }
  return { total, threads };
}

/** Anonymous memory of a process, bytes: without mapped files such as LMDB's. Linux only. */
export function readAnonymousMemory(pid: number): number {
  const match = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) * 1024;
}
