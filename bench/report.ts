import { median } from './median.js';
import type { Observed } from './observer.js';
import type { Measurement } from './scenarios.js';

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** How many threads are told of; the others together. */
const THREADS = 4;

/** One scenario, for people. */
export function told({
  scenario,
  posting,
  processes,
  backlog,
  writing,
  memoryMb,
  notes,
}: Measurement): string {
  const lines: string[] = [];
  if (posting !== undefined) {
    const { perSecond, p50, p99, max, refused, ownCpuUs } = posting;
    lines.push(
      `acknowledged ${Math.round(perSecond)}/s, p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} max ${max.toFixed(0)} ms${
        refused > 0 ? `, ${refused} REFUSED` : ''
      } (generator ${ownCpuUs.toFixed(0)} µs/event)`,
    );
  }
  if (backlog !== undefined) lines.push(`waiting ${backlog}`);
  if (writing !== undefined)
    lines.push(
      `written ${writing.eventsPerSecond} events/s, ${writing.pointsPerSecond} points/s, ${writing.points} points in ${writing.seconds.toFixed(1)} s`,
    );
  for (const [name, observed] of Object.entries(processes)) lines.push(`${name}: ${cost(observed)}`);
  if (memoryMb !== undefined) lines.push(`memory every 10 s: ${memoryMb.join(' ')} MB`);
  lines.push(...(notes ?? []));
  return lines.map((line, index) => `${(index === 0 ? scenario : '').padEnd(12)}${line}`).join('\n');
}

function cost({ cpuUsPerEvent, threads, peakMemory, memory, diskBytes }: Observed): string {
  const all = Object.entries(threads);
  const shown = all.slice(0, THREADS).map(([name, us]) => `${name} ${us}`);
  const others = all.slice(THREADS).reduce((sum, [, us]) => sum + us, 0);
  return `CPU ${cpuUsPerEvent} µs/event (${shown.join(', ')}, others ${others}), memory ${megabytes(memory)}, at most ${megabytes(peakMemory)}, to disk ${megabytes(diskBytes)}`;
}

/** What is compared, where this run has both sides. */
export function ratios(measurements: readonly Measurement[]): string[] {
  const of = (name: string) => measurements.find(({ scenario }) => scenario === name);
  /** The median, where a scenario was run several times; NaN where it was not run. */
  const cpu = (name: string, process: string) =>
    median(
      measurements.flatMap(({ scenario, processes }) =>
        scenario === name ? (processes[process]?.cpuUsPerEvent ?? []) : [],
      ),
    );
  const lines: string[] = [];
  const drained = of('drain')?.writing?.pointsPerSecond;
  for (const atOnce of ['one', 'two'] as const) {
    const most = of(`ceiling/${atOnce}`)?.writing?.pointsPerSecond;
    if (drained !== undefined && most !== undefined)
      lines.push(`draining reaches ${percent(drained / most)} of what InfluxDB takes by ${atOnce} at a time`);
  }
  const alone = of('away')?.posting?.perSecond;
  const both = of('pair')?.posting?.perSecond;
  if (alone !== undefined && both !== undefined)
    lines.push(`two processes acknowledge ${percent(both / alone)} of what one does`);
  const share = cpu('up', 'bridge') / cpu('telegraf', 'telegraf');
  if (!Number.isNaN(share))
    lines.push(`from socket to InfluxDB's answer the bridge takes ${percent(share)} of Telegraf's CPU`);
  return lines;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
