import { setTimeout as sleep } from 'node:timers/promises';
import { BridgeProcess, NOWHERE, SECRET } from './bridge-process.js';
import type { GeneratorResult } from './generator.js';
import { type BenchInflux, countPoints } from './influx.js';
import type { LineSenderOptions, LineSenderResult } from './line-sender.js';
import { type Observed, Observer } from './observer.js';
import { bothReady, generate, JsonProcess } from './processes.js';
import { type Mix, STORY_MS } from './requests.js';

/** How much is posted, and how. */
export type Load = {
  readonly events: number;
  readonly connections: number;
  readonly mix: Mix;
  /** How many people are in meetings at the same time. */
  readonly participants: number;
  /** Events a second; as fast as the answers come where it is not given. */
  readonly rate?: number;
};

/** What one scenario measured. */
export type Measurement = {
  readonly scenario: string;
  readonly load: Load;
  /** How the answers came. */
  readonly posting?: GeneratorResult;
  /** What each process cost. */
  readonly processes: Readonly<Record<string, Observed>>;
  /** Events that waited at the end of posting, or at the start of draining. */
  readonly backlog?: number;
  /** What was written, and how long it took from the first event until a query finds all of it. */
  readonly writing?: Writing;
  /** Memory over time, MB. */
  readonly memoryMb?: readonly number[];
  /** What was found beside, for people. */
  readonly notes?: readonly string[];
};

export type Writing = {
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly points: number;
  readonly pointsPerSecond: number;
};

/** Posted before it is measured: what runs for weeks is not measured while its code is still being compiled. */
export const WARM_UP_EVENTS = 40_000;

/** How often the bridge is asked how it stands while it warms up, ms; at the end of a measurement it is asked as often. */
const ASKED_EVERY_MS = 50;

/** The generator holds what it posts in memory. */
const GENERATE_AT_ONCE = 100_000;

/** The writer tells its counts four times a second; this is waited for and not counted. */
const TALLY_MS = 300;

const seconds = (since: number) => (performance.now() - since) / 1000;
/** When the story of a run's events begins. */
export const storyStart = () => Date.now() - STORY_MS;

/** Options of the generator for a load. */
export function posts(load: Load, port: number, seed = 1, start = storyStart()) {
  return { rate: undefined, ...load, port, path: '/zoom/webhook', secret: SECRET, seed, start };
}

/** Posts events of another seed that are not measured. One connection is as quick as many then, with fewer events. */
export async function warmUp(load: Load, port: number): Promise<void> {
  const { rate: _rate, ...rest } = load;
  const events = load.connections === 1 ? WARM_UP_EVENTS / 10 : WARM_UP_EVENTS;
  await generate(posts({ ...rest, events }, port, 1_000), () => {});
}

/** Warms up receiving and writing. Resolves with how many points that wrote, once nothing waits. */
async function warmUpWriting(load: Load, bridge: BridgeProcess): Promise<number> {
  // Asked for the first time after all else was compiled, the private side would have half of it compiled once more.
  const asking = setInterval(() => void bridge.status().catch(() => {}), ASKED_EVERY_MS);
  await warmUp(load, bridge.port);
  clearInterval(asking);
  await bridge.drained();
  return await pointsWritten(bridge);
}

/** @param cli another build's than the one that is measured */
export async function withBridge<T>(
  target: BenchInflux['target'],
  work: (bridge: BridgeProcess) => Promise<T>,
  cli?: string,
): Promise<T> {
  const bridge = await BridgeProcess.start(target, cli);
  try {
    return await work(bridge);
  } finally {
    await bridge.end();
  }
}

/** Receiving alone: verified and dropped by a bare server. */
export async function floor(load: Load): Promise<Measurement> {
  const server = new JsonProcess('./floor-server.js', [SECRET]);
  const { port } = await server.next<{ port: number }>();
  const observer = new Observer(server.pid);
  await warmUp(load, port);
  const posting = await generate(posts(load, port), () => observer.restart());
  const floorServer = observer.end(load.events);
  await server.end();
  return { scenario: 'floor', load, posting, processes: { floor: floorServer } };
}

/** Receiving while InfluxDB is away: everything is stored and waits. */
export async function away(load: Load, scenario = 'away'): Promise<Measurement> {
  return await withBridge(NOWHERE, async (bridge) => {
    const observer = new Observer(bridge.pid);
    await warmUp(load, bridge.port);
    const posting = await generate(posts(load, bridge.port), () => observer.restart());
    const observed = observer.end(load.events);
    const backlog = (await bridge.status()).counts.waiting;
    return { scenario, load, posting, processes: { bridge: observed }, backlog };
  });
}

/**
 * Receiving by two processes, each with a data folder of its own and half of the connections: more than this a second process behind the
 * same address could not bring, since here neither waits for the other's commits.
 */
export async function pair(load: Load): Promise<Measurement> {
  return await withBridge(NOWHERE, async (first) =>
    withBridge(NOWHERE, async (second) => {
      const bridges = [first, second];
      const half: Load = {
        ...load,
        events: Math.ceil(load.events / 2),
        connections: Math.max(1, Math.floor(load.connections / 2)),
      };
      await Promise.all(bridges.map((bridge) => warmUp(half, bridge.port)));
      const observers = watch({ first: first.pid, second: second.pid });
      const begin = bothReady(() => {
        for (const observer of Object.values(observers)) observer.restart();
      });
      const [one, other] = await Promise.all([
        generate(posts(half, first.port, 1), begin),
        generate(posts(half, second.port, 2), begin),
      ]);
      const processes = ended(observers, half.events);
      return { scenario: 'pair', load, posting: beside(one, other), processes };
    }),
  );
}

/** Two generators that posted at the same time. */
function beside(one: GeneratorResult, other: GeneratorResult): GeneratorResult {
  const seconds = Math.max(one.seconds, other.seconds);
  const acknowledged = one.acknowledged + other.acknowledged;
  return {
    ...(one.p99 > other.p99 ? one : other),
    acknowledged,
    refused: one.refused + other.refused,
    seconds,
    perSecond: acknowledged / seconds,
    max: Math.max(one.max, other.max),
    bytes: one.bytes + other.bytes,
  };
}

/** Receiving and writing at the same time. */
export async function up(load: Load, influx: BenchInflux): Promise<Measurement> {
  return await withBridge(influx.target, async (bridge) => {
    const observers = watch({ bridge: bridge.pid, influxd: influx.pid });
    const before = await warmUpWriting(load, bridge);
    let started = 0;
    const posting = await generate(posts(load, bridge.port), () => {
      started = performance.now();
      for (const observer of Object.values(observers)) observer.restart();
    });
    const backlog = (await bridge.status()).counts.waiting;
    const writing = await written(bridge, influx, load.events, started, before);
    return { scenario: 'up', load, posting, processes: ended(observers, load.events), backlog, writing };
  });
}

/** Writing what has piled up while InfluxDB was away. */
export async function drain(load: Load, influx: BenchInflux): Promise<Measurement> {
  return await withBridge(NOWHERE, async (bridge) => {
    await fill(bridge, load);
    await bridge.halt();
    const started = performance.now();
    await bridge.run(influx.target);
    const observers = watch({ bridge: bridge.pid, influxd: influx.pid });
    const backlog = (await bridge.status()).counts.waiting;
    const writing = await written(bridge, influx, backlog, started);
    return { scenario: 'drain', load, processes: ended(observers, backlog), backlog, writing };
  });
}

/** Writing what has piled up into a server that keeps nothing: the bridge's own cost of writing. */
export async function sink(load: Load): Promise<Measurement> {
  const server = new JsonProcess('./null-influx.js', []);
  try {
    const { port } = await server.next<{ port: number }>();
    return await withBridge(NOWHERE, async (bridge) => {
      await fill(bridge, load);
      await bridge.halt();
      await bridge.run({ ...NOWHERE, url: `http://127.0.0.1:${port}` });
      const observers = watch({ bridge: bridge.pid });
      const started = performance.now();
      const backlog = (await bridge.status()).counts.waiting;
      const writing = await written(bridge, undefined, backlog, started);
      return { scenario: 'sink', load, processes: ended(observers, backlog), backlog, writing };
    });
  } finally {
    await server.end();
  }
}

/**
 * Zoom tries again: the same events come a second time, in the same order, while new ones come, too. The second time is measured.
 */
export async function retryWave(load: Load, influx: BenchInflux): Promise<Measurement> {
  return await withBridge(influx.target, async (bridge) => {
    const start = storyStart();
    await generate(posts(load, bridge.port, 1, start), () => {});
    await bridge.drained();
    const before = (await bridge.status()).counts;
    const points = await pointsWritten(bridge);
    const observers = watch({ bridge: bridge.pid, influxd: influx.pid });
    const started = performance.now();
    const half: Load = { ...load, connections: Math.max(1, Math.floor(load.connections / 2)) };
    const [posting] = await Promise.all([
      generate(posts(half, bridge.port, 1, start), () => {}),
      generate(posts(half, bridge.port, 2, start), () => {}),
    ]);
    const writing = await written(bridge, influx, load.events * 2, started, points);
    const { counts } = await bridge.status();
    const repeated = counts.repeated - before.repeated;
    if (repeated !== load.events)
      throw new Error(`${repeated} of ${load.events} repetitions were recognised`);
    return { scenario: 'retry', load, posting, processes: ended(observers, load.events * 2), writing };
  });
}

/** A steady load for a long time; memory is looked at every ten seconds. */
export async function soak(load: Load, influx: BenchInflux, minutes: number): Promise<Measurement> {
  return await withBridge(influx.target, async (bridge) => {
    const rate = load.rate ?? 500;
    const observers = watch({ bridge: bridge.pid, influxd: influx.pid });
    const before = await warmUpWriting(load, bridge);
    const memoryMb: number[] = [];
    const looking = setInterval(() => memoryMb.push(Math.round(observers.bridge.memory() / 1e6)), 10_000);
    for (const observer of Object.values(observers)) observer.restart();
    const started = performance.now();
    const minute: Load = { ...load, events: rate * 60, rate };
    let posting: GeneratorResult | undefined;
    for (let seed = 1; seed <= minutes; seed += 1)
      posting = worse(posting, await generate(posts(minute, bridge.port, seed), () => {}));
    clearInterval(looking);
    const events = minute.events * minutes;
    const writing = await written(bridge, undefined, events, started, before);
    return {
      scenario: 'soak',
      load: { ...minute, events },
      ...(posting === undefined ? {} : { posting }),
      processes: ended(observers, events),
      writing,
      memoryMb,
    };
  });
}

/**
 * What InfluxDB takes: the same lines, made beforehand.
 *
 * @param atOnce one request after the other, as whoever imports a file sends them, or the two of a batch together, as the bridge does
 */
export async function ceiling(load: Load, influx: BenchInflux, atOnce: 1 | 2): Promise<Measurement> {
  const options: LineSenderOptions = {
    target: influx.target,
    events: load.events,
    mix: load.mix,
    participants: load.participants,
    seed: 1,
    start: storyStart(),
    batchLines: 5_000,
    atOnce,
  };
  const sender = new JsonProcess('./line-sender.js', [JSON.stringify(options)]);
  await sender.next();
  const observers = watch({ influxd: influx.pid });
  sender.go();
  const { lines, seconds: taken } = await sender.next<LineSenderResult>();
  const processes = ended(observers, load.events);
  await sender.end();
  return {
    scenario: atOnce === 1 ? 'ceiling/one' : 'ceiling/two',
    load,
    processes,
    writing: writingOf(load.events, lines, taken),
  };
}

/** Stores events until as many wait as the load says, in portions that the generator can hold. */
async function fill(bridge: BridgeProcess, load: Load): Promise<void> {
  for (let seed = 1, left = load.events; left > 0; seed += 1, left -= GENERATE_AT_ONCE)
    await generate(posts({ ...load, events: Math.min(left, GENERATE_AT_ONCE) }, bridge.port, seed), () => {});
}

/**
 * Waits until nothing waits any more and InfluxDB finds the points.
 *
 * @param before points that were written already
 */
async function written(
  bridge: BridgeProcess,
  influx: BenchInflux | undefined,
  events: number,
  started: number,
  before = 0,
): Promise<Writing> {
  await bridge.drained();
  await sleep(TALLY_MS);
  const { points } = (await bridge.status()).writer.tally;
  if (influx !== undefined)
    while ((await countPoints(influx.target, 'zoom_score', 'score')) < (points['zoom_score'] ?? 0))
      await sleep(50);
  return writingOf(events, sum(points) - before, seconds(started) - TALLY_MS / 1000);
}

async function pointsWritten(bridge: BridgeProcess): Promise<number> {
  await sleep(TALLY_MS);
  return sum((await bridge.status()).writer.tally.points);
}

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}

function writingOf(events: number, points: number, taken: number): Writing {
  return {
    seconds: taken,
    eventsPerSecond: Math.round(events / taken),
    points,
    pointsPerSecond: Math.round(points / taken),
  };
}

function watch<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, Observer> {
  return Object.fromEntries(
    Object.entries<number>(pids).map(([name, pid]) => [name, new Observer(pid)]),
  ) as Record<Name, Observer>;
}

function ended(observers: Readonly<Record<string, Observer>>, events: number): Record<string, Observed> {
  return Object.fromEntries(
    Object.entries(observers).map(([name, observer]) => [name, observer.end(events)]),
  );
}

/** The slowest of several portions, with all that was acknowledged. */
function worse(left: GeneratorResult | undefined, right: GeneratorResult): GeneratorResult {
  if (left === undefined) return right;
  const slow = left.p99 > right.p99 ? left : right;
  return {
    ...slow,
    acknowledged: left.acknowledged + right.acknowledged,
    refused: left.refused + right.refused,
    seconds: left.seconds + right.seconds,
    perSecond: (left.acknowledged + right.acknowledged) / (left.seconds + right.seconds),
    max: Math.max(left.max, right.max),
    bytes: left.bytes + right.bytes,
  };
}
