import { renderLine } from '../../src/influx/line-batch.js';
import { parseEvent, type Worked, Worker } from '../../src/pipeline/work.js';
import type { Attribution } from '../../src/points/attribution.js';
import { PointMaker } from '../../src/points/make-points.js';
import type { PointOptions } from '../../src/points/options.js';
import type { Timed } from '../../src/points/timed.js';
import type { SeenEntry } from '../../src/spool/seen.js';

/** The context tags that are written unless the settings say otherwise. */
export const DEFAULT_CONTEXT_TAGS = [
  'device',
  'network_type',
  'data_center',
  'location',
  'site',
  'client_version',
] as const;

/** The settings' defaults, with no site list. */
export const DEFAULTS: PointOptions = {
  inputDirection: 'sent',
  thresholds: { latencyMs: 150, jitterMs: 40, lossPct: 2, mos: 3.5 },
  contextTags: DEFAULT_CONTEXT_TAGS,
  privacy: 'full',
  shield: (value) => value,
  findSite: () => undefined,
};

/** Folds events one after another, as the writer does, without spool and InfluxDB. */
export type Folding = {
  /** Takes the next event: an object, or text as it comes over the wire; with what it was attributed to where it is repeated. */
  fold(event: unknown, attribution?: Attribution): Worked;
  /** Takes the next event and gives its lines, times in ms. */
  lines(event: unknown): string[];
  /** All that has been learned and kept. */
  readonly context: ReadonlyMap<string, Timed>;
};

/** @param context what was learned before, as after a restart */
export function startFolding(
  options: Partial<PointOptions> = {},
  context: Map<string, Timed> = new Map(),
): Folding {
  const worker = new Worker(new PointMaker({ ...DEFAULTS, ...options }));
  const seen = new Map<string, SeenEntry>();
  let seq = 0;
  const fold = (event: unknown, attribution?: Attribution): Worked => {
    seq += 1;
    const body = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
    return worker.work(parseEvent({ seq, receivedMs: 0, again: false, body }), context, seen, attribution);
  };
  return { fold, context, lines: (event) => linesOf(fold(event)) };
}

/** Lines with their times in ms. */
export function linesOf({ lines }: Worked): string[] {
  return lines.map((line) => renderLine(line, 'ms'));
}

/** The lines of one event about which nothing was known before. */
export function linesOfOne(event: unknown, options: Partial<PointOptions> = {}): string[] {
  return startFolding(options).lines(event);
}
