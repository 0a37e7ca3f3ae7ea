import { type InfluxTarget, InfluxWriter, type LinePrecision } from '../src/influx/influx-writer.js';
import { LineBlock } from '../src/influx/line-block.js';
import { parseEvent, type SeenStore, Worker } from '../src/pipeline/work.js';
import type { ContextStore } from '../src/points/context.js';
import { pointMaker } from '../src/replay/point-maker.js';
import { readSettings } from '../src/settings/read-settings.js';
import { eventTexts, type Mix } from './requests.js';

/** What the sender of ready-made lines is told, as JSON on its command line. */
export type LineSenderOptions = {
  readonly target: InfluxTarget;
  readonly events: number;
  readonly mix: Mix;
  readonly seed: number;
  readonly start: number;
  readonly batchLines: number;
};

/** What it says at its end. */
export type LineSenderResult = {
  readonly lines: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly ownCpuUs: number;
};

type Body = { readonly text: string; readonly precision: LinePrecision };

/** The bodies that the bridge would write for these events, batch by batch. */
function bodiesOf({ mix, events, seed, start, batchLines }: LineSenderOptions): Body[] {
  const worker = new Worker(pointMaker(readSettings({ ZOOM_SECRET_TOKEN: 'bench' }), Buffer.alloc(32)));
  const context: ContextStore = new Map();
  const seen: SeenStore = new Map();
  const bodies: Body[] = [];
  let block = new LineBlock();
  const finish = () => {
    bodies.push({ text: block.body(), precision: block.precision });
    block = new LineBlock();
  };
  for (const [seq, text] of eventTexts(mix, events, seed, start).entries()) {
    const event = { seq, receivedMs: Date.now(), again: false, body: Buffer.from(text) };
    for (const line of worker.work(parseEvent(event), context, seen).lines) block.add(line);
    if (block.length >= batchLines) finish();
  }
  if (block.length > 0) finish();
  return bodies;
}

// What InfluxDB can take: the lines of the events are made beforehand, and sent one request after the other, as the bridge sends.
const options = JSON.parse(process.argv[2] ?? '{}') as LineSenderOptions;
const bodies = bodiesOf(options);
const writer = new InfluxWriter(options.target);
process.stdout.write(`${JSON.stringify({ ready: bodies.length })}\n`);
await new Promise((resolve) => process.stdin.once('data', resolve));
const started = performance.now();
const cpu = process.cpuUsage();
for (const { text, precision } of bodies) {
  const outcome = await writer.send([text], precision);
  if (outcome.kind !== 'stored') throw new Error(`InfluxDB did not take the lines: ${outcome.message}`);
}
const used = process.cpuUsage(cpu);
const result: LineSenderResult = {
  lines: bodies.reduce((sum, { text }) => sum + text.split('\n').length, 0),
  bytes: bodies.reduce((sum, { text }) => sum + text.length, 0),
  seconds: (performance.now() - started) / 1000,
  ownCpuUs: (used.user + used.system) / options.events,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
writer.close();
process.exit(0);
