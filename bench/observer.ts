import {
  type CpuCost,
  type CpuReading,
  cpuBetween,
  readAnonymousMemory,
  readCpu,
  readDiskBytes,
} from './cpu.js';

/** What a process has cost while it was observed. Memory and bytes in bytes. */
export type Observed = CpuCost & {
  readonly peakMemory: number;
  readonly memory: number;
  readonly diskBytes: number;
};

const LOOK_EVERY_MS = 100;

/** Watches what a process uses. */
export class Observer {
  readonly #pid: number;
  #cpu: CpuReading;
  #diskBytes: number;
  #peak = 0;
  readonly #looking: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.#cpu = readCpu(pid);
    this.#diskBytes = readDiskBytes(pid);
    this.#looking = setInterval(() => this.memory(), LOOK_EVERY_MS);
    this.#looking.unref();
  }

  /** What was used so far is not counted; the peak of memory stays. */
  restart(): void {
    this.#cpu = readCpu(this.#pid);
    this.#diskBytes = readDiskBytes(this.#pid);
  }

  /** Anonymous memory now, bytes. */
  memory(): number {
    const memory = readAnonymousMemory(this.#pid);
    this.#peak = Math.max(this.#peak, memory);
    return memory;
  }

  /** Ends watching. */
  end(events: number): Observed {
    clearInterval(this.#looking);
    const memory = this.memory();
    return {
      ...cpuBetween(this.#cpu, readCpu(this.#pid), events),
      memory,
      peakMemory: this.#peak,
      diskBytes: readDiskBytes(this.#pid) - this.#diskBytes,
    };
  }
}
