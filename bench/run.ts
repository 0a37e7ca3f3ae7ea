import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findInfluxd } from '../src/influx/local/find-influxd.js';
import { onboardInfluxd } from '../src/influx/local/onboard.js';
import { startInfluxd } from '../src/influx/local/start-influxd.js';
import { VERSION } from '../src/version.js';
import { away, drain, floor, type Load, type Measurement, sink, up } from './scenarios.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '40000' },
    connections: { type: 'string', default: '64' },
    mix: { type: 'string', default: 'ordinary' },
    json: { type: 'string' },
  },
});
const wanted = positionals.length > 0 ? positionals : ['floor', 'away', 'up', 'drain'];
const mix = (['ordinary', 'one-sample', 'huge-summary', 'account'] as const).find(
  (name) => name === values.mix,
);
if (mix === undefined) throw new Error('--mix is ordinary, one-sample, huge-summary or account');
const load: Load = { events: Number(values.events), connections: Number(values.connections), mix };

/** A real InfluxDB with a bucket of its own for each scenario. */
async function withInflux<T>(work: (target: Parameters<typeof up>[1]) => Promise<T>): Promise<T> {
  const found = await findInfluxd();
  if (found === undefined) throw new Error('there is no influxd: "npm test" builds one');
  const dataDir = mkdtempSync(join(tmpdir(), 'qss-bridge-bench-influx-'));
  const server = await startInfluxd({ binary: found.path, dataDir });
  try {
    const { token } = await onboardInfluxd({ url: server.url, dataDir, org: 'bench', bucket: 'zoom' });
    return await work({ url: server.url, token, org: 'bench', bucket: 'zoom' });
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const SCENARIOS: Record<string, () => Promise<Measurement>> = {
  floor: () => floor(load),
  away: () => away(load),
  sink: () => sink(load),
  up: () => withInflux((target) => up(load, target)),
  drain: () => withInflux((target) => drain(load, target)),
};

console.log(
  `qss-bridge ${VERSION}, Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
);
console.log(`${load.events} events (${load.mix}) over ${load.connections} connections`);
const measurements: Measurement[] = [];
for (const name of wanted) {
  const scenario = SCENARIOS[name];
  if (scenario === undefined)
    throw new Error(`there is no scenario ${name}: ${Object.keys(SCENARIOS).join(', ')}`);
  const measured = await scenario();
  measurements.push(measured);
  const { posting, secondsUntilWritten } = measured;
  const told = [
    posting &&
      `acknowledged ${Math.round(posting.perSecond)}/s p50 ${posting.p50.toFixed(1)} p99 ${posting.p99.toFixed(1)} max ${posting.max.toFixed(0)} ms (generator ${posting.ownCpuUs.toFixed(0)} µs/event)`,
    `CPU ${measured.cpuUsPerEvent} µs/event`,
    `memory ${(measured.anonymousMemory / 1e6).toFixed(0)} MB`,
    secondsUntilWritten &&
      `written ${Math.round(load.events / secondsUntilWritten)} events/s ${Math.round(measured.pointsWritten / secondsUntilWritten)} points/s`,
  ];
  console.log(`${name.padEnd(6)} ${told.filter(Boolean).join('   ')}`);
  console.log(`       threads ${JSON.stringify(measured.threads)}`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measurements, null, 2)}\n`);
