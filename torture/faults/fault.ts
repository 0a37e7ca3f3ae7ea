import type { Random } from '../../src/simulator/random.js';
import type { Stage } from '../stage.js';

/** What a fault is done to. Faults of one lane come one after the other; the lanes go side by side. */
export type Lane = 'bridge' | 'influxdb' | 'front' | 'back' | 'disk';

/** Something that goes wrong for a while. */
export type Fault = {
  readonly lane: Lane;
  /** How often it is chosen beside the others of its lane. */
  readonly weight: number;
  /** Does it, and resolves when it is over and put right. */
  act(stage: Stage, random: Random): Promise<void>;
};

/** How long a process stays dead, ms. */
export const DEAD_MS = [0, 1_200] as const;

/** How long something hangs, ms: also longer than the three seconds that Zoom waits. */
export const HANGING_MS = [200, 3_600] as const;

/** How long something is wrong that has to be put right by a person, ms. */
export const WRONG_MS = [300, 2_500] as const;
