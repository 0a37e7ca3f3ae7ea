import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../src/simulator/random.js';
import type { Fault, Lane } from './faults/fault.js';
import { FAULTS, type FaultName } from './faults/faults.js';
import type { Stage } from './stage.js';

/**
 * Peace between two faults of a lane, ms. The bridge often gets more than the two seconds that it holds events back, or it would
 * never have anything under way when it is killed.
 */
const PEACE_MS: Readonly<Record<Lane, readonly [number, number]>> = {
  bridge: [300, 4_500],
  influxdb: [100, 3_000],
  front: [100, 2_000],
  back: [100, 2_000],
  disk: [100, 4_000],
};

/** In how many of the runs something happens to it, so that every mixture comes up. */
const SHARE_OF_RUNS: Readonly<Record<Lane, number>> = {
  bridge: 0.9,
  influxdb: 0.7,
  front: 0.6,
  back: 0.6,
  disk: 0.35,
};

/** A fault as it was done: when it began, ms after the first one could. */
export type Done = { readonly name: FaultName; readonly afterMs: number; readonly tookMs: number };

/** Does faults until `forMs` is over, each lane by itself. Which ones, when and how follows from `random`. */
export async function disturb(
  stage: Stage,
  names: readonly FaultName[],
  forMs: number,
  random: Random,
): Promise<Done[]> {
  const since = performance.now();
  const done: Done[] = [];
  const possible = [...new Set<Lane>(names.map((name) => FAULTS[name].lane))];
  const chosen = possible.filter((lane) => random.chance(SHARE_OF_RUNS[lane]));
  const lanes = chosen.length > 0 ? chosen : possible;
  const ofLane = async (lane: Lane) => {
    const own = random.fork(lane);
    const weighted = names
      .filter((name) => FAULTS[name].lane === lane)
      .map((name) => [FAULTS[name].weight, name] as const);
    for (;;) {
      await sleep(own.between(...PEACE_MS[lane]));
      const afterMs = performance.now() - since;
      if (afterMs >= forMs) return;
      const name = own.pickWeighted(weighted);
      const fault: Fault = FAULTS[name];
      await fault.act(stage, own);
      done.push({
        name,
        afterMs: Math.round(afterMs),
        tookMs: Math.round(performance.now() - since - afterMs),
      });
    }
  };
  await Promise.all(lanes.map(ofLane));
  return done.sort((left, right) => left.afterMs - right.afterMs);
}
