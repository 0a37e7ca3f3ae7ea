import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/commands/command.js';
import type { InfluxTarget } from '../src/influx/influx-writer.js';
import { INFLUXD_VERSION } from '../src/influx/local/find-influxd.js';
import { VERSION } from '../src/version.js';
import { beside } from './beside.js';
import { NOWHERE, OTHER_CLI } from './bridge-process.js';
import { TELEGRAF_VERSION } from './find-telegraf.js';
import { withInflux } from './influx.js';
import { order } from './order.js';
import { ratios, told } from './report.js';
import { PARTICIPANTS } from './requests.js';
import {
  away,
  ceiling,
  drain,
  floor,
  type Load,
  type Measurement,
  pair,
  retryWave,
  sink,
  soak,
  up,
  withBridge,
} from './scenarios.js';
import { telegraf } from './telegraf.js';

// Measures the bridge as a process beside others, with a real InfluxDB. See bench/README.md.

const USAGE = `Usage: npm run bench -- [SCENARIO…] [OPTIONS]

Scenarios: floor, away, connections, pair, up, sink, drain, ceiling, order, retry, telegraf, soak; without any, all but soak.
beside and beside-away compare with another version, whose cli.js BENCH_OTHER_CLI names.

  --events N        how many events each posts (40000)
  --connections N   over how many connections (64)
  --mix MIX         ordinary, one-sample, huge-summary or account (ordinary)
  --participants N  how many people are in meetings at the same time (${PARTICIPANTS})
  --rate N          events a second, instead of as fast as the answers come
  --minutes N       how long soak goes on (10)
  --json FILE       also writes everything as JSON`;

/** Ends with what is wrong. */
function refuse(what: string): never {
  console.error(`${what}\n\n${USAGE}`);
  process.exit(EXIT.usage);
}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        events: { type: 'string', default: '40000' },
        connections: { type: 'string', default: '64' },
        mix: { type: 'string', default: 'ordinary' },
        participants: { type: 'string', default: String(PARTICIPANTS) },
        rate: { type: 'string' },
        minutes: { type: 'string', default: '10' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number above 0. */
function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) refuse(`--${option} ${text} is no whole number above 0`);
  return Number(text);
}

const { values, positionals } = readOptions();
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const mix =
  (['ordinary', 'one-sample', 'huge-summary', 'account'] as const).find((name) => name === values.mix) ??
  refuse(`--mix ${values.mix} is none of ordinary, one-sample, huge-summary, account`);
const minutes = count('minutes', values.minutes);
const load: Load = {
  events: count('events', values.events),
  connections: count('connections', values.connections),
  mix,
  participants: count('participants', values.participants),
  ...(values.rate === undefined ? {} : { rate: count('rate', values.rate) }),
};

const CONNECTIONS = [1, 50, 500];

/** With one connection each event waits for a flush of its own: fewer of them say as much. */
const eventsOver = (connections: number) => (connections === 1 ? Math.min(load.events, 2_000) : load.events);

const SCENARIOS: Record<string, () => Promise<readonly Measurement[]>> = {
  floor: async () => [await floor(load)],
  away: async () => [await away(load)],
  connections: async () => {
    const all: Measurement[] = [];
    for (const connections of CONNECTIONS)
      all.push(await away({ ...load, connections, events: eventsOver(connections) }, `away/${connections}`));
    return all;
  },
  pair: async () => [await pair(load)],
  up: async () => [await withInflux((influx) => up(load, influx))],
  sink: async () => [await sink(load)],
  drain: async () => [await withInflux((influx) => drain(load, influx))],
  ceiling: async () => [
    await withInflux((influx) => ceiling(load, influx, 1)),
    await withInflux((influx) => ceiling(load, influx, 2)),
  ],
  order: async () => [await withInflux((influx) => order(load, influx))],
  retry: async () => [await withInflux((influx) => retryWave(load, influx))],
  telegraf: async () => [await withInflux((influx) => telegraf(load, influx))],
  soak: async () => [await withInflux((influx) => soak(load, influx, minutes))],
  beside: async () => await withInflux(({ target }) => besideOther(target, true)),
  'beside-away': async () => await besideOther(NOWHERE, false),
};

/** This version and the one that `BENCH_OTHER_CLI` names. */
async function besideOther(target: InfluxTarget, writes: boolean): Promise<readonly Measurement[]> {
  if (OTHER_CLI === undefined) return refuse('BENCH_OTHER_CLI does not say beside which version');
  return await withBridge(target, (own) =>
    withBridge(
      target,
      (other) =>
        beside(load, [
          { bridge: own, writes },
          { bridge: other, writes },
        ]),
      OTHER_CLI,
    ),
  );
}

/** Without names: all but those that take long or need another version. */
const wanted =
  positionals.length > 0
    ? positionals
    : Object.keys(SCENARIOS).filter((name) => name !== 'soak' && !name.startsWith('beside'));
const unknown = wanted.filter((name) => SCENARIOS[name] === undefined);
if (unknown.length > 0) refuse(`there is no scenario ${unknown.join(', ')}`);

const machine = {
  bridge: VERSION,
  node: process.version,
  influxdb: INFLUXD_VERSION,
  telegraf: TELEGRAF_VERSION,
  cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  memoryGb: Math.round(totalmem() / 1e9),
};
console.log(
  Object.entries(machine)
    .map((fact) => fact.join(' '))
    .join(', '),
);
console.log(
  `${load.events} events (${mix}) of ${load.participants} participants over ${load.connections} connections`,
);
const measurements: Measurement[] = [];
for (const name of wanted)
  for (const measurement of (await SCENARIOS[name]?.()) ?? []) {
    measurements.push(measurement);
    console.log(told(measurement));
  }
for (const line of ratios(measurements)) console.log(line);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, measurements }, null, 2)}\n`);
