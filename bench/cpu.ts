import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of CPU that a process and each of its threads have used. Linux only. */
export type CpuReading = { readonly total: number; readonly threads: ReadonlyMap<string, number> };

/** CPU of a process in µs for each event. */
export type CpuCost = {
  readonly cpuUsPerEvent: number;
  /** By thread: `main`, and the others by the kernel's name and number, those that cost most first. */
  readonly threads: Readonly<Record<string, number>>;
};

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
    threads.set(task === String(pid) ? 'main' : `${name} ${task}`, seconds);
    total += seconds;
  }
  return { total, threads };
}

/** What happened between two readings, for each event. */
export function cpuBetween(before: CpuReading, after: CpuReading, events: number): CpuCost {
  const us = (value: number) => Math.round((value * 1e6) / events);
  const threads = [...after.threads].map(([name, value]): [string, number] => [
    name,
    us(value - (before.threads.get(name) ?? 0)),
  ]);
  return {
    cpuUsPerEvent: us(after.total - before.total),
    threads: Object.fromEntries(threads.filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1])),
  };
}

/** Anonymous memory of a process, bytes: without mapped files such as LMDB's. Linux only. */
export function readAnonymousMemory(pid: number): number {
  const match = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) * 1024;
}

/** Bytes that a process has sent to the disk. Linux only. */
export function readDiskBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
}
