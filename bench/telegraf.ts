import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../src/influx/local/free-port.js';
import { PACKAGE_ROOT } from '../src/version.js';
import { SECRET } from './bridge-process.js';
import { findTelegraf } from './find-telegraf.js';
import { type BenchInflux, countPoints } from './influx.js';
import { Observer } from './observer.js';
import { generate } from './processes.js';
import { STORY_MS } from './requests.js';
import { type Load, type Measurement, warmUp } from './scenarios.js';

/** The same events into Telegraf, which parses them and writes to InfluxDB: no signature, nothing on disk. */
export async function telegraf(load: Load, influx: BenchInflux): Promise<Measurement> {
  const start = Date.now() - STORY_MS;
  const port = await findFreePort();
  const child = spawn(
    await findTelegraf((line) => process.stderr.write(`${line}\n`)),
    ['--config', join(PACKAGE_ROOT, 'bench/telegraf.conf'), '--strict-env-handling'],
    {
      env: { PORT: String(port), INFLUX_URL: influx.target.url, INFLUX_TOKEN: influx.target.token },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  try {
    await listening(child, port);
    const observers = { telegraf: new Observer(child.pid ?? 0), influxd: new Observer(influx.pid) };
    await warmUp(load, port);
    await settled(influx, 0);
    const before = await points(influx);
    let started = 0;
    const options = { rate: undefined, ...load, port, path: '/zoom/webhook', secret: SECRET, seed: 1, start };
    const posting = await generate(options, () => {
      started = performance.now();
      for (const observer of Object.values(observers)) observer.restart();
    });
    const taken = await settled(influx, started);
    const processes = {
      telegraf: observers.telegraf.end(load.events),
      influxd: observers.influxd.end(load.events),
    };
    const written = (await points(influx)) - before;
    const writing = {
      seconds: taken,
      eventsPerSecond: Math.round(load.events / taken),
      points: written,
      pointsPerSecond: Math.round(written / taken),
    };
    return { scenario: 'telegraf', load, posting, processes, writing };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

/** So long nothing more has to come for all to be there: it writes once a second. */
const QUIET_MS = 4_000;

/** Waits until InfluxDB finds no more points than before, and says when the last ones came. */
async function settled(influx: BenchInflux, started: number): Promise<number> {
  let scores = 0;
  let changedAt = performance.now();
  while (scores === 0 || performance.now() - changedAt < QUIET_MS) {
    const now = await countPoints(influx.target, 'zoom_score', 'score');
    if (now !== scores) changedAt = performance.now();
    scores = now;
    await sleep(100);
  }
  return (changedAt - started) / 1000;
}

/** How many points it has written, told by a field that each kind of them has. */
async function points({ target }: BenchInflux): Promise<number> {
  const counts = await Promise.all([
    countPoints(target, 'zoom_qos', 'bitrate_kbps'),
    countPoints(target, 'zoom_cpu', 'system_max_pct'),
    countPoints(target, 'zoom_score', 'score'),
    countPoints(target, 'zoom_wifi', 'rssi_avg_dbm'),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(50);
  }
  throw new Error('Telegraf did not start');
}
