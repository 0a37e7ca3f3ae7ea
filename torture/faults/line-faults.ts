import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/simulator/random.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { type Fault, HANGING_MS } from './fault.js';

/** How long a line is out of order, ms. */
const BROKEN_MS = [100, 1_500] as const;

/** Up to so many requests or answers are cut in a row. */
const MOST_CUTS = 8;

/** How much longer everything takes on a slow line, each way, ms. */
const SLOWER_MS = [20, 400] as const;

/** Connections break, and new ones can't be made for a while. */
export const cutConnections = (lane: 'front' | 'back'): Fault => ({
  lane,
  weight: 3,
  act: (stage, random) =>
    during(stage[lane], random, BROKEN_MS, (line) => (random.chance(0.5) ? line.cut() : line.refuse(true))),
});

/** Requests arrive in half, and the connection breaks. */
export const cutRequests = (lane: 'front' | 'back'): Fault => ({
  lane,
  weight: 2,
  act: (stage, random) =>
    during(stage[lane], random, BROKEN_MS, (line) => line.cutRequests(random.whole(1, MOST_CUTS))),
});

/** Requests arrive and their answers don't: whoever asked does not know what became of it. */
export const cutAnswers = (lane: 'front' | 'back'): Fault => ({
  lane,
  weight: 3,
  act: (stage, random) =>
    during(stage[lane], random, BROKEN_MS, (line) => line.cutAnswers(random.whole(1, MOST_CUTS))),
});

/** Everything takes longer. */
export const slowDown = (lane: 'front' | 'back'): Fault => ({
  lane,
  weight: 2,
  act: (stage, random) =>
    during(stage[lane], random, HANGING_MS, (line) => line.slowDown(random.between(...SLOWER_MS))),
});

/** Nothing gets through for a while; then everything does, also what nobody waits for any more. */
export const holdUp = (lane: 'front' | 'back'): Fault => ({
  lane,
  weight: 2,
  act: (stage, random) => during(stage[lane], random, HANGING_MS, (line) => line.hold()),
});

async function during(
  line: TcpProxy,
  random: Random,
  forMs: readonly [number, number],
  begin: (line: TcpProxy) => void,
): Promise<void> {
  begin(line);
  await sleep(random.between(...forMs));
  line.restore();
}
