import { setTimeout as delay } from 'node:timers/promises';
import { Delivery } from '../../src/influx/delivery.js';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import { Pipeline, type PipelineOptions } from '../../src/pipeline/pipeline.js';
import type { AddressFinders } from '../../src/points/attribution.js';
import { PointMaker } from '../../src/points/make-points.js';
import { makeShield } from '../../src/points/privacy.js';
import { CONTEXT_TAG_NAMES } from '../../src/settings/context-tags.js';
import { Quarantine } from '../../src/spool/quarantine.js';
import { Spool } from '../../src/spool/spool.js';
import { WorkStore } from '../../src/spool/work-store.js';
import type { Teardown, TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';

/** A pipeline over a spool of its own that writes to a real InfluxDB. */
export type RunningPipeline = {
  readonly dataDir: string;
  readonly spool: Spool;
  readonly store: WorkStore;
  readonly quarantine: Quarantine;
  readonly pipeline: Pipeline;
  readonly delivery: Delivery;
  /** What {@link Pipeline.run} comes to. */
  readonly ended: Promise<boolean>;
  /** Appends events, each as a text or an object, as if they came together now. */
  append(...events: readonly unknown[]): Promise<void>;
  /** Waits until nothing waits any more. */
  drained(): Promise<void>;
  /** Ends it in order and closes its files. */
  stop(): Promise<boolean>;
};

export type RunOptions = {
  readonly bucket: string;
  readonly dataDir?: string;
  readonly settleMs?: number;
  /** Put in place of the spool's own. */
  readonly store?: (own: WorkStore) => WorkStore;
  readonly now?: () => number;
  /** What addresses are looked up in. */
  readonly finders?: AddressFinders;
} & Pick<PipelineOptions, 'onCommit' | 'onRefusals'>;

export function pointMaker(finders: AddressFinders = {}): PointMaker {
  return new PointMaker({
    inputDirection: 'sent',
    thresholds: { latencyMs: 150, jitterMs: 40, lossPct: 2, mos: 3.5 },
    contextTags: CONTEXT_TAG_NAMES.slice(0, 6),
    privacy: 'full',
    shield: makeShield('full', Buffer.alloc(32)),
    ...finders,
  });
}

export function bodyOf(event: unknown): Buffer {
  return Buffer.isBuffer(event)
    ? event
    : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
}

export function runPipeline(
  t: Teardown,
  { url, org, token }: Pick<TestInflux, 'url' | 'org' | 'token'>,
  options: RunOptions,
): RunningPipeline {
  const { bucket, settleMs = 0, now = Date.now, onCommit, onRefusals } = options;
  const dataDir = options.dataDir ?? tempFolder(t, 'pipeline');
  const spool = new Spool(dataDir, 2 ** 40);
  const own = new WorkStore(spool.tables);
  const delivery = new Delivery({ random: () => 0, onObstacle: () => {} });
  delivery.setWriter(new InfluxWriter({ url, org, token, bucket }));
  const pipeline = new Pipeline({
    store: options.store?.(own) ?? own,
    maker: pointMaker(options.finders),
    delivery,
    now,
    settleMs,
    ...(onCommit === undefined ? {} : { onCommit }),
    ...(onRefusals === undefined ? {} : { onRefusals }),
  });
  const ended = pipeline.run();
  ended.catch(() => {});
  let stopped: Promise<boolean> | undefined;
  const stop = async () => {
    pipeline.stop();
    const everything = await ended.catch(() => false);
    delivery.close();
    await spool.close();
    return everything;
  };
  const stopOnce = () => (stopped ??= stop());
  t.teardown(async () => void (await stopOnce()));
  return {
    dataDir,
    spool,
    store: own,
    quarantine: new Quarantine(spool.tables),
    pipeline,
    delivery,
    ended,
    append: async (...events) => {
      const receivedMs = now();
      await Promise.all(events.map((event) => spool.append(bodyOf(event), receivedMs)));
    },
    drained: async () => {
      await until('everything is taken out', () => spool.counts().waiting === 0, 20_000);
      // The commit is visible a moment before the pipeline has counted it.
      await delay(20);
    },
    stop: stopOnce,
  };
}
