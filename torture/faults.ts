import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../src/simulator/random.js';
import type { Stage } from './stage.js';

/** What a fault is done to. Faults of one lane come one after the other; the lanes go side by side. */
export type Lane = 'bridge' | 'influxdb';

/** Something that goes wrong for a while; resolves when it is over. */
export type Fault = {
  readonly lane: Lane;
  /** How often it is chosen beside the others of its lane. */
  readonly weight: number;
  act(stage: Stage, random: Random): Promise<void>;
};

/** How long a process stays dead, ms. */
const DEAD_MS = [0, 1_200] as const;

export const FAULTS = {
  /** SIGKILL at any moment, and a start some time after. */
  'kill-bridge': {
    lane: 'bridge',
    weight: 4,
    act: ({ bridge }, random) =>
      bridge.turn(async () => {
        await bridge.end('SIGKILL');
        await sleep(random.between(...DEAD_MS));
        await bridge.start();
      }),
  },
  /** Killed while it starts, several times in a row. */
  'kill-starting-bridge': {
    lane: 'bridge',
    weight: 2,
    act: ({ bridge }, random) =>
      bridge.turn(async () => {
        await bridge.end('SIGKILL');
        for (let left = random.whole(1, 3); left > 0; left -= 1) {
          bridge.spawn();
          await sleep(random.between(50, 1_000));
          await bridge.end('SIGKILL');
        }
        await bridge.start();
      }),
  },
  'kill-influxdb': {
    lane: 'influxdb',
    weight: 3,
    act: async ({ influx }, random) => {
      await influx.kill('SIGKILL');
      await sleep(random.between(...DEAD_MS));
      await influx.restart();
    },
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
