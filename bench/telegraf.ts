import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../src/version.js';
import { freePort, SECRET } from './bridge-process.js';
import { findTelegraf } from './find-telegraf.js';
import { type BenchInflux, countPoints } from './influx.js';
import { Observer } from './observer.js';
import { generate } from './processes.js';
import { eventTexts, STORY_MS } from './requests.js';
import type { Load, Measurement } from './scenarios.js';

/** The same events into Telegraf, which parses them and writes to InfluxDB: no signature, nothing on disk. */
export async function telegraf(load: Load, influx: BenchInflux): Promise<Measurement> {
  const start = Date.now() - STORY_MS;
  const expected = scores(eventTexts(load.mix, load.events, 1, start));
  const port = await freePort();
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
    let started = 0;
    const options = { rate: undefined, ...load, port, path: '/zoom/webhook', secret: SECRET, seed: 1, start };
    const posting = await generate(options, () => {
      started = performance.now();
      for (const observer of Object.values(observers)) observer.restart();
    });
    while ((await countPoints(influx.target, 'zoom_score', 'score')) < expected) await sleep(250);
    const taken = (performance.now() - started) / 1000;
    const processes = {
      telegraf: observers.telegraf.end(load.events),
      influxd: observers.influxd.end(load.events),
    };
    const points =
      (await countPoints(influx.target, 'zoom_qos', 'bitrate_kbps')) +
      (await countPoints(influx.target, 'zoom_cpu', 'system_max_pct')) +
      (await countPoints(influx.target, 'zoom_wifi', 'rssi_avg_dbm')) +
      expected;
    const writing = {
      seconds: taken,
      eventsPerSecond: Math.round(load.events / taken),
      points,
      pointsPerSecond: Math.round(points / taken),
    };
    return { scenario: 'telegraf', load, posting, processes, writing };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

/** How many points of `zoom_score` these events hold: what is waited for. */
function scores(texts: readonly string[]): number {
  const points = new Set<string>();
  for (const text of texts) {
    const { uuid, participant } = (JSON.parse(text) as QosEvent).payload.object;
    for (const { type, date_time, details } of participant?.qos ?? [])
      if (details.quality_score !== undefined)
        points.add(`${uuid} ${participant?.user_id} ${type.split('_', 1)[0]} ${date_time}`);
  }
  return points.size;
}

type QosEvent = {
  readonly payload: {
    readonly object: {
      readonly uuid: string;
      readonly participant?: {
        readonly user_id: string;
        readonly qos?: readonly {
          readonly type: string;
          readonly date_time: string;
          readonly details: { readonly quality_score?: string };
        }[];
      };
    };
  };
};

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(50);
  }
  throw new Error('Telegraf did not start');
}
