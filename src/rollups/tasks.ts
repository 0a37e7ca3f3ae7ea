import { type Resolution, ROLLUPS, type Rollup, type RollupDefinition } from '../points/rollup-schema.js';
import { FAMILY_IMPORTS, familyFlux, type RollupBuckets } from './family-flux.js';
import { fluxString } from './flux-text.js';
import { MOMENTS, RUNNING_HOUR, RUNNING_HOUR_START, type Window, windowBefore, windowMs } from './windows.js';

/** What the tasks are made for. */
export type TaskOptions = RollupBuckets & {
  /** How long raw points are kept; 0 for ever. Windows that may have lost some are left alone. */
  readonly retentionSeconds: number;
  /** How long rollups are kept; 0 for ever. */
  readonly rollupRetentionSeconds: number;
};

/** A task of InfluxDB as it shall be. */
export type RollupTask = {
  /** Of the task without its buckets, such as `zoom_place every 5m`. */
  readonly title: string;
  readonly name: string;
  readonly flux: string;
};

type Cadence = {
  readonly every: '5m' | '1h' | '1d';
  /** Seconds that InfluxDB waits after the time that a task is for: points of that time take a while to come. */
  readonly offset: number;
  /** So that not all families begin at once. */
  readonly apartBy: number;
  /** Whole windows, by how many ago they were: 1 is the last one. */
  readonly windows: { readonly resolution: Resolution; readonly ago: readonly number[] };
  /** Whether the running hour is made, too. */
  readonly runningHour: boolean;
};

/** How long a task may take until it has read its points. */
const MARGIN_SECONDS = 900;

/**
 * - Every 5 minutes: the last three windows and the running hour; and the windows that ended 95 minutes ago, when Zoom's last retry
 *   is past (+85 min), and a day ago.
 * - Every hour: the last three hours, and that of a day ago.
 * - Every night: the last three days.
 */
const CADENCES: readonly Cadence[] = [
  {
    every: '5m',
    offset: 60,
    apartBy: 20,
    windows: { resolution: '5m', ago: [1, 2, 3, 20, 288] },
    runningHour: true,
  },
  {
    every: '1h',
    offset: 420,
    apartBy: 300,
    windows: { resolution: '1h', ago: [1, 2, 3, 24] },
    runningHour: false,
  },
  {
    every: '1d',
    offset: 5_700,
    apartBy: 1_200,
    windows: { resolution: '1d', ago: [1, 2, 3] },
    runningHour: false,
  },
];

/** @returns every task that makes rollups of the one bucket in the other */
export function rollupTasks(options: TaskOptions): readonly RollupTask[] {
  return CADENCES.flatMap((cadence) =>
    (Object.keys(ROLLUPS) as Rollup[]).flatMap((rollup, index) => {
      const delay = cadence.offset + index * cadence.apartBy;
      const windows = windowsOf(cadence, rollup, delay, options);
      return windows.length === 0 ? [] : [taskOf(cadence, rollup, delay, windows, options)];
    }),
  );
}

function windowsOf(
  { windows: { resolution, ago }, runningHour }: Cadence,
  rollup: Rollup,
  delay: number,
  options: TaskOptions,
): readonly Window[] {
  const { resolutions }: RollupDefinition = ROLLUPS[rollup];
  const kept = [options.retentionSeconds, options.rollupRetentionSeconds].filter((seconds) => seconds > 0);
  const isKept = (windows: number) =>
    kept.every((seconds) => (windows * windowMs(resolution)) / 1_000 + delay + MARGIN_SECONDS <= seconds);
  return [
    ...(resolutions.includes(resolution) ? ago : [])
      .filter(isKept)
      .map((windows) => windowBefore(resolution, windows)),
    ...(runningHour && resolutions.includes('1h') ? [RUNNING_HOUR] : []),
  ];
}

function taskOf(
  { every, windows: { resolution }, runningHour }: Cadence,
  rollup: Rollup,
  delay: number,
  windows: readonly Window[],
  options: TaskOptions,
): RollupTask {
  const title = `${rollup} every ${every}`;
  const name = `qss-bridge: ${title} into ${options.rollupBucket}`;
  const flux = [
    FAMILY_IMPORTS,
    `option task = {name: ${fluxString(name)}, every: ${every}, offset: ${delay}s}`,
    [MOMENTS[resolution], ...(runningHour ? [RUNNING_HOUR_START] : [])].join('\n'),
    `${familyFlux(rollup, windows, options)}\n`,
  ].join('\n\n');
  return { title, name, flux };
}
