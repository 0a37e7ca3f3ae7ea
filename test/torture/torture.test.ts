import test from 'ava';
import { FAULT_NAMES } from '../../torture/faults/faults.js';
import { type RunResult, runOnce } from '../../torture/run.js';
import { canMount } from '../../torture/stage.js';

const DISTURB_MS = 4_000;

/** Seeds of a short form of what `npm run torture` does for long: the odd one posts in order, the even one as it comes. */
const SEEDS = [1, 2];

const faults = FAULT_NAMES.filter((name) => name !== 'fill-disk' || canMount());

const told = ({ failures, faults: done, log }: RunResult) =>
  [...failures, ...done.map((fault) => JSON.stringify(fault)), ...log.slice(-30)].join('\n');

for (const seed of SEEDS)
  test.serial(
    `killed, frozen and cut off as seed ${seed} says, it leaves the points of an undisturbed run`,
    async (t) => {
      const result = await runOnce({ seed, faults, disturbMs: DISTURB_MS, keep: false });
      t.deepEqual(result.failures, [], told(result));
      t.true(result.faults.length > 0);
      t.true(result.values > 1_000, `${result.values} values compared`);
      t.true(result.events.acknowledged > 100, `${result.events.acknowledged} events acknowledged`);
    },
  );
