import { setTimeout as sleep } from 'node:timers/promises';
import type { InfluxTarget } from '../src/influx/influx-writer.js';
import { BridgeProcess, NOWHERE, SECRET } from './bridge-process.js';
import { type CpuReading, readAnonymousMemory, readCpu } from './cpu.js';
import type { GeneratorResult } from './generator.js';
import { generate, JsonProcess } from './processes.js';
import type { Mix } from './requests.js';

/** How much is posted, and how. */
export type Load = {
  readonly events: number;
  readonly connections: number;
  readonly mix: Mix;
  readonly rate?: number;
};

/** What one scenario measured. CPU in µs for each event, all threads of the process; memory in bytes. */
export type Measurement = {
  readonly scenario: string;
  readonly load: Load;
  readonly posting: GeneratorResult | undefined;
  readonly cpuUsPerEvent: number;
  readonly threads: Readonly<Record<string, number>>;
  readonly anonymousMemory: number;
  readonly waiting: number;
  /** From the first posting until everything is in InfluxDB. */
  readonly secondsUntilWritten: number | undefined;
  readonly pointsWritten: number;
};

const seconds = (since: number) => (performance.now() - since) / 1000;

function cpuBetween(before: CpuReading, after: CpuReading, events: number) {
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

/** Receiving alone: verified and dropped by a bare server. */
export async function floor(load: Load): Promise<Measurement> {
  const server = new JsonProcess('./floor-server.js', [SECRET]);
  const { port } = await server.next<{ port: number }>();
  let before = readCpu(server.pid);
  const posting = await generate({ port, secret: SECRET, seed: 1, rate: undefined, ...load }, () => {
    before = readCpu(server.pid);
  });
  const measured = cpuBetween(before, readCpu(server.pid), load.events);
  const anonymousMemory = readAnonymousMemory(server.pid);
  await server.end();
  return {
    scenario: 'floor',
    load,
    posting,
    ...measured,
    anonymousMemory,
    waiting: 0,
    secondsUntilWritten: undefined,
    pointsWritten: 0,
  };
}

/** Receiving while InfluxDB is away: everything is stored and waits. */
export async function away(load: Load): Promise<Measurement> {
  const bridge = await BridgeProcess.start(NOWHERE);
  try {
    return await measure('away', bridge, load, false);
  } finally {
    await bridge.end();
  }
}

/** Receiving and writing at the same time. */
export async function up(load: Load, target: InfluxTarget): Promise<Measurement> {
  const bridge = await BridgeProcess.start(target);
  try {
    return await measure('up', bridge, load, true);
  } finally {
    await bridge.end();
  }
}

/** Writing what has piled up into a server that keeps nothing: the bridge's own cost of writing. */
export async function sink(load: Load): Promise<Measurement> {
  const server = new JsonProcess('./null-influx.js', []);
  try {
    const { port } = await server.next<{ port: number }>();
    const measured = await drain(load, { ...NOWHERE, url: `http://127.0.0.1:${port}` });
    return { ...measured, scenario: 'sink' };
  } finally {
    await server.end();
  }
}

/** Writing what has piled up while InfluxDB was away. */
export async function drain(load: Load, target: InfluxTarget): Promise<Measurement> {
  const bridge = await BridgeProcess.start(NOWHERE);
  try {
    await generate({ port: bridge.port, secret: SECRET, seed: 1, rate: undefined, ...load }, () => {});
    await bridge.halt();
    await bridge.run(target);
    const started = performance.now();
    const before = readCpu(bridge.pid);
    const { waiting } = (await bridge.status()).counts;
    await bridge.drained();
    const secondsUntilWritten = seconds(started);
    await sleep(500);
    const { writer, counts } = await bridge.status();
    return {
      scenario: 'drain',
      load,
      posting: undefined,
      ...cpuBetween(before, readCpu(bridge.pid), waiting),
      anonymousMemory: readAnonymousMemory(bridge.pid),
      waiting: counts.waiting,
      secondsUntilWritten,
      pointsWritten: sum(writer.tally.points),
    };
  } finally {
    await bridge.end();
  }
}

async function measure(
  scenario: string,
  bridge: BridgeProcess,
  load: Load,
  untilWritten: boolean,
): Promise<Measurement> {
  let before = readCpu(bridge.pid);
  let started = performance.now();
  const posting = await generate(
    { port: bridge.port, secret: SECRET, seed: 1, rate: load.rate, ...load },
    () => {
      before = readCpu(bridge.pid);
      started = performance.now();
    },
  );
  if (untilWritten) await bridge.drained();
  const secondsUntilWritten = untilWritten ? seconds(started) : undefined;
  const measured = cpuBetween(before, readCpu(bridge.pid), load.events);
  await sleep(500);
  const { counts, writer } = await bridge.status();
  return {
    scenario,
    load,
    posting,
    ...measured,
    anonymousMemory: readAnonymousMemory(bridge.pid),
    waiting: counts.waiting,
    secondsUntilWritten,
    pointsWritten: sum(writer.tally.points),
  };
}

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}
