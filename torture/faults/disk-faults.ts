import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';
import { WRONG_MS } from './fault.js';

const MIB = 1024 * 1024;

/** What is left on the full disk, MiB: less than an event needs, less than the writer needs, nothing. */
const LEFT_MIB = [40, 8, 0] as const;

/** A disk fills up step by step: this much, and then a pause in which everybody can notice. */
const STEP_BYTES = 4 * MIB;
const STEP_PAUSE_MS = 5;

/** Another program fills the disk of the data folder; later its files are removed. */
export const fillDisk: Fault = {
  lane: 'disk',
  weight: 1,
  act: async (stage, random) => {
    const file = join(stage.dataDir, 'ballast');
    const left = random.pick(LEFT_MIB) * MIB;
    stage.bridge.isDiskFull = true;
    const ballast = openSync(file, 'w');
    try {
      const step = Buffer.alloc(STEP_BYTES);
      for (let room = roomIn(stage.dataDir) - left; room > 0; room = roomIn(stage.dataDir) - left) {
        if (!append(ballast, step.subarray(0, Math.min(room, STEP_BYTES)))) break;
        await sleep(STEP_PAUSE_MS);
      }
      await sleep(random.between(...WRONG_MS));
    } finally {
      closeSync(ballast);
      rmSync(file);
      stage.bridge.isDiskFull = false;
    }
  },
};

function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** False: there is no room. */
function append(file: number, bytes: Uint8Array): boolean {
  try {
    return writeSync(file, bytes) > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
