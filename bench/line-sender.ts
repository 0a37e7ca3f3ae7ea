import { type InfluxTarget, InfluxWriter } from '../src/influx/influx-writer.js';
import { LineBlock, type LinePart } from '../src/influx/line-block.js';
import { parseEvent, type SeenStore, Worker } from '../src/pipeline/work.js';
import type { ContextStore } from '../src/points/context.js';
import { pointMaker } from '../src/replay/point-maker.js';
import { readSettings } from '../src/settings/read-settings.js';
import { eventTexts, type Mix } from './requests.js';

/** How the lines of a batch lie: as the bridge makes them, or each series on its own. */
export type LineOrder = 'by time' | 'by series';

/** What the sender of ready-made lines is told, as JSON on its command line. */
export type LineSenderOptions = {
  readonly target: InfluxTarget;
  readonly events: number;
  readonly mix: Mix;
  readonly participants: number;
  readonly seed: number;
  readonly start: number;
  readonly batchLines: number;
  /** Requests under way at the same time: one, or the two that the bridge sends for a batch. */
  readonly atOnce: 1 | 2;
  readonly order?: LineOrder;
};

/** What it says at its end. */
export type LineSenderResult = {
  readonly lines: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly ownCpuUs: number;
};

/** What the bridge would send for these events, batch by batch. */
function partsOf({
  mix,
  participants,
  events,
  seed,
  start,
  batchLines,
  atOnce,
  order,
}: LineSenderOptions): (readonly LinePart[])[] {
  const worker = new Worker(pointMaker(readSettings({ ZOOM_SECRET_TOKEN: 'bench' }), Buffer.alloc(32)));
  const context: ContextStore = new Map();
  const seen: SeenStore = new Map();
  const batches: (readonly LinePart[])[] = [];
  let block = new LineBlock();
  const finish = () => {
    const ordered = order === 'by series' ? bySeries(block) : block;
    batches.push(atOnce === 1 ? [ordered.whole()] : ordered.parts());
    block = new LineBlock();
  };
  for (const [seq, text] of eventTexts(mix, events, seed, start, participants).entries()) {
    const event = { seq, receivedMs: Date.now(), again: false, body: Buffer.from(text) };
    for (const line of worker.work(parseEvent(event), context, seen).lines) block.add(line);
    if (block.length >= batchLines) finish();
  }
  if (block.length > 0) finish();
  return batches;
}

/** Without its time a line begins with its series, so that lines in the order of texts have those of a series together. */
function bySeries(block: LineBlock): LineBlock {
  return LineBlock.of(block.toLines().sort((one, other) => (one.text < other.text ? -1 : 1)));
}

// What InfluxDB can take: the lines of the events are made beforehand, and sent batch by batch.
const options = JSON.parse(process.argv[2] ?? '{}') as LineSenderOptions;
const batches = partsOf(options);
const writer = new InfluxWriter(options.target);
const send = async ({ bytes, precision }: LinePart): Promise<void> => {
  const outcome = await writer.send(bytes, precision);
  if (outcome.kind !== 'stored') throw new Error(`InfluxDB did not take the lines: ${outcome.kind}`);
};
process.stdout.write(`${JSON.stringify({ ready: batches.length })}\n`);
await new Promise((resolve) => process.stdin.once('data', resolve));
const started = performance.now();
const cpu = process.cpuUsage();
for (const parts of batches) await Promise.all(parts.map(send));
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(cpu);
const sent = batches.flat();
const result: LineSenderResult = {
  lines: sent.reduce((sum, part) => sum + part.lines().length, 0),
  bytes: sent.reduce((sum, { bytes }) => sum + bytes.length, 0),
  seconds,
  ownCpuUs: (used.user + used.system) / options.events,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
writer.close();
process.exit(0);
