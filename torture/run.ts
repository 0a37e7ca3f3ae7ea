import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../src/admin/status.js';
import { readSettings } from '../src/settings/read-settings.js';
import { Random } from '../src/simulator/random.js';
import { dumpBucket } from '../test/helpers/dump-bucket.js';
import { compareDumps, type Difference } from './compare.js';
import { type Done, disturb } from './disturb.js';
import { type Expected, expectAsArchived, expectInOrder } from './expected.js';
import type { FaultName } from './faults/faults.js';
import { deleteBucket } from './influx-admin.js';
import { SECRET, type Stage, setStage } from './stage.js';
import { tellStory } from './story.js';
import { Zoom } from './zoom.js';

/** A run is told apart by its seed alone. */
export type RunOptions = {
  readonly seed: number;
  /** Which faults there may be. */
  readonly faults: readonly FaultName[];
  /** How long faults are begun, ms. */
  readonly disturbMs: number;
  /** The folders stay for a look at them; default: only where the run failed. */
  readonly keep: boolean;
};

export type RunResult = {
  readonly seed: number;
  readonly tookMs: number;
  /** What went wrong with the promises, in words; empty: nothing. */
  readonly failures: readonly string[];
  readonly difference: Difference;
  readonly events: Readonly<Record<'acknowledged' | 'unsure' | 'refused' | 'unsent', number>>;
  /** Values in InfluxDB. */
  readonly values: number;
  readonly faults: readonly Done[];
  /** Where everything lies that was kept. */
  readonly kept: string | undefined;
  /** The end of the bridge's log. */
  readonly log: readonly string[];
};

/** The story begins this long ago, so that no sample is from the future. */
const STORY_AGO_MS = 3_600_000;

/** How long everything may take to be written once the faults are over. The wait between two attempts can grow to half a minute. */
const DRAIN_WITHIN_MS = 120_000;

/** In this share of the runs the bucket is removed for good before the first event comes, and made anew some time later. */
const BUCKET_LATER = 0.15;
const BUCKET_LATER_MS = [500, 2_500] as const;

const LOOK_EVERY_MS = 150;

/** Runs everything once: a story told by Zoom, faults meanwhile, and the comparison at the end. */
export async function runOnce(options: RunOptions): Promise<RunResult> {
  const since = performance.now();
  const { seed, disturbMs } = options;
  const random = new Random(seed).fork('torture');
  const inOrder = seed % 2 === 1;
  const stage = await setStage({
    smallDisk: options.faults.includes('fill-disk'),
    env: inOrder ? {} : { ARCHIVE: '7d' },
  });
  const failures: string[] = [];
  const story = tellStory(seed, wholeMinute(Date.now() - STORY_AGO_MS));
  const zoom = new Zoom({
    url: `http://127.0.0.1:${stage.front.port}/zoom/webhook`,
    secret: SECRET,
    inOrder,
  });
  const watch = watchCounts(stage, failures);
  let faults: Done[] = [];
  let difference: Difference = { missing: [], extra: [], different: [] };
  let values = 0;
  try {
    const isBucketLater = random.chance(BUCKET_LATER) && options.faults.includes('remove-bucket');
    if (isBucketLater) await deleteBucket(stage.influx, stage.influx.bucket);
    await stage.bridge.start();
    const telling = zoom.tell(story, disturbMs);
    if (isBucketLater) {
      await sleep(random.between(...BUCKET_LATER_MS));
      await stage.influx.createBucket(stage.influx.bucket);
    }
    faults = await disturb(stage, options.faults, disturbMs, random);
    await telling;
    const status = await drained(stage);
    await watch.end();
    const settings = readSettings({ ...stage.env, DATA_DIR: stage.dataDir });
    const found = await dumpBucket(stage.influx, stage.influx.bucket);
    values = found.length;
    const expected = await (inOrder
      ? expectInOrder(settings, zoom.told, stage.influx, found)
      : expectAsArchived(settings, zoom.told, stage.influx));
    failures.push(...expected.failures);
    difference = compareDumps(expected.dump, found);
    failures.push(
      ...judge(zoom, status, expected, difference, stage.bridge.mayRefuse),
      ...stage.bridge.complaints,
    );
  } catch (error) {
    failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await watch.end();
    await zoom.close();
  }
  const keep = options.keep || failures.length > 0;
  await stage.close({ keep });
  const of = (fate: string) => zoom.told.filter((one) => one.fate === fate).length;
  return {
    seed,
    tookMs: performance.now() - since,
    failures,
    difference,
    events: {
      acknowledged: of('acknowledged'),
      unsure: of('unsure'),
      refused: of('refused'),
      unsent: zoom.unsent,
    },
    values,
    faults,
    kept: keep ? stage.folder : undefined,
    log: stage.bridge.log,
  };
}

/** Samples are one a minute, so the story is the same only where it begins with one. */
function wholeMinute(time: number): number {
  return Math.floor(time / 60_000) * 60_000;
}

/** Waits until nothing waits any more, and gives the status of that moment. */
async function drained({ bridge }: Stage): Promise<Status> {
  const deadline = performance.now() + DRAIN_WITHIN_MS;
  let before: number | undefined;
  for (;;) {
    const status = await bridge.status();
    const accepted = status?.counts.accepted;
    // Something held back by a proxy may come yet: the number has to stand still.
    if (status?.counts.waiting === 0 && accepted === before) return status;
    before = accepted;
    if (performance.now() > deadline)
      throw new Error(
        `not everything is written: ${JSON.stringify(status?.counts)} ${JSON.stringify(status?.problems)}`,
      );
    await sleep(300);
  }
}

/** Looks again and again whether design promise 4 holds. */
function watchCounts({ bridge }: Stage, failures: string[]): { end(): Promise<void> } {
  let going = true;
  const watching = (async () => {
    while (going) {
      const status = await bridge.status();
      if (status !== undefined && sumOf(status) !== status.counts.accepted)
        failures.push(`the counts do not add up: ${JSON.stringify(status.counts)}`);
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    end: async () => {
      going = false;
      await watching;
    },
  };
}

function sumOf({ counts }: Status): number {
  return counts.written + counts.repeated + counts.ignored + counts.quarantined + counts.waiting;
}

/** Everything that is not as promised, in words. */
function judge(
  zoom: Zoom,
  { counts, quarantine }: Status,
  expected: Expected,
  difference: Difference,
  mayRefuse: boolean,
): string[] {
  const failures: string[] = [];
  const { missing, extra, different } = difference;
  if (missing.length > 0) failures.push(`${missing.length} values are missing, such as ${missing[0]}`);
  if (extra.length > 0) failures.push(`${extra.length} values are too many, such as ${extra[0]}`);
  if (different.length > 0)
    failures.push(`${different.length} values differ, such as ${JSON.stringify(different[0])}`);
  const acknowledged = zoom.told.filter(({ fate }) => fate === 'acknowledged').length;
  if (counts.accepted < acknowledged)
    failures.push(`${acknowledged} events were acknowledged, but ${counts.accepted} accepted`);
  for (const outcome of ['written', 'ignored', 'quarantined'] as const) {
    const most = expected.outcomes[outcome] + expected.undecided;
    if (counts[outcome] < expected.outcomes[outcome] || counts[outcome] > most)
      failures.push(
        `${counts[outcome]} events are ${outcome}, but it should be ${expected.outcomes[outcome]}`,
      );
  }
  const { quarantineItems, undecided } = expected;
  if (quarantine.items < quarantineItems || quarantine.items > quarantineItems + undecided)
    failures.push(`${quarantine.items} things are in quarantine, but it should be ${quarantineItems}`);
  for (const { fate, outcome, event } of zoom.told)
    if (fate === 'refused' && !(mayRefuse && outcome.answer.status === 401))
      failures.push(
        `refused for good, ${JSON.stringify(outcome.answer)}: ${JSON.stringify(event).slice(0, 200)}`,
      );
  return failures;
}
