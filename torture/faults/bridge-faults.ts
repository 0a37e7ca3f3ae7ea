import { setTimeout as sleep } from 'node:timers/promises';
import type { BridgeUnderFire } from '../bridge.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { DEAD_MS, type Fault, HANGING_MS, WRONG_MS } from './fault.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How long a clock is days off, ms: long enough for a batch, short enough that not much is refused. */
const MISSET_MS = [300, 1_200] as const;

/** How far the clock is set: as far as Zoom's stamps are still taken, which is five minutes back and two hours ahead. */
const CLOCK_BACK_MS = -4 * MINUTE_MS;
const CLOCK_AHEAD_MS = 110 * MINUTE_MS;

/** The bridge writes every second where it has something to write and InfluxDB takes it. */
const EXCHANGE_WITHIN_MS = 3_500;

/** SIGKILL at any moment, and a start some time after. */
export const killBridge: Fault = {
  lane: 'bridge',
  weight: 4,
  act: ({ bridge }, random) =>
    bridge.turn(async () => {
      await bridge.end('SIGKILL');
      await sleep(random.between(...DEAD_MS));
      await bridge.start();
    }),
};

/** Killed while it starts, several times in a row. */
export const killStartingBridge: Fault = {
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
};

/** Ended as an administrator does, with something in its hands. */
export const endBridge: Fault = {
  lane: 'bridge',
  weight: 1,
  act: ({ bridge }) =>
    bridge.turn(async () => {
      await bridge.end('SIGTERM');
      await bridge.start();
    }),
};

/** SIGSTOP, and SIGCONT after a while. */
export const freezeBridge: Fault = {
  lane: 'bridge',
  weight: 2,
  act: ({ bridge }, random) =>
    bridge.turn(async () => {
      bridge.freeze();
      await sleep(random.between(...HANGING_MS));
      bridge.thaw();
    }),
};

/** Started with a token that InfluxDB does not know, and some time later with the right one. */
export const wrongToken: Fault = {
  lane: 'bridge',
  weight: 1,
  act: ({ bridge }, random) =>
    bridge.turn(async () => {
      await bridge.end(random.chance(0.5) ? 'SIGKILL' : 'SIGTERM');
      await bridge.start({ INFLUX_TOKEN: 'not-the-token' });
      await sleep(random.between(...WRONG_MS));
      await bridge.end(random.chance(0.5) ? 'SIGKILL' : 'SIGTERM');
      await bridge.start();
    }),
};

/** The clock is set, and set right again; in half of the cases the bridge is killed and started in between. */
export const jumpClock: Fault = {
  lane: 'bridge',
  weight: 2,
  act: ({ bridge }, random) =>
    bridge.turn(async () => {
      const isAhead = random.chance(0.5);
      bridge.shiftClock(
        Math.round(random.between(isAhead ? 0 : CLOCK_BACK_MS, isAhead ? CLOCK_AHEAD_MS : 0)),
      );
      await sleep(random.between(...WRONG_MS));
      if (random.chance(0.5)) {
        await bridge.end('SIGKILL');
        await bridge.start();
        await sleep(random.between(...WRONG_MS));
      }
      bridge.shiftClock(0);
    }),
};

/** The clock is set days off for a moment. Zoom's posts are then refused as stale, which it does not try again. */
export const missetClock: Fault = {
  lane: 'bridge',
  weight: 1,
  act: ({ bridge }, random) =>
    bridge.turn(async () => {
      bridge.mayRefuse = true;
      bridge.shiftClock(Math.round(random.between(3, 40)) * DAY_MS * (random.chance(0.5) ? 1 : -1));
      await sleep(random.between(...MISSET_MS));
      bridge.shiftClock(0);
    }),
};

/** Killed just when InfluxDB has stored a batch and the bridge does not know it yet. */
export const killAfterWrite: Fault = {
  lane: 'bridge',
  weight: 3,
  act: ({ bridge, back }) => killAt(bridge, back, (kill) => back.cutAnswers(1, kill)),
};

/** Killed just when its answer to Zoom is on the way: whatever was acknowledged must be safe by then. */
export const killAfterAnswer: Fault = {
  lane: 'bridge',
  weight: 3,
  act: ({ bridge, front }) => killAt(bridge, front, (kill) => front.onNextAnswer(kill)),
};

/**
 * Kills the bridge when a line says so, or after a while, and starts it again. A fault of the line's own at the same time takes its
 * place, and is over when this is.
 */
function killAt(bridge: BridgeUnderFire, line: TcpProxy, watch: (kill: () => void) => void): Promise<void> {
  return bridge.turn(async () => {
    await new Promise<void>((resolve) => {
      watch(() => {
        bridge.kill();
        resolve();
      });
      void sleep(EXCHANGE_WITHIN_MS).then(resolve);
    });
    line.restore();
    await bridge.end('SIGKILL');
    await bridge.start();
  });
}
