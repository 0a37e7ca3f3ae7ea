import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { tempFolder } from '../../helpers/temp-folder.js';
import { Model } from './model.js';
import { SpoolProcess } from './process.js';
import type { State, Step } from './steps.js';

/** Runs of the model in the tests; a longer one is asked for in the environment. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 8);
const SEED = Number(process.env['MODEL_SEED'] ?? 20260115);

/** Few enough that the limit is met, enough that pages are split and freed. */
const MAX_BYTES = 600_000;

type Real = {
  readonly dataDir: string;
  spool: SpoolProcess;
  steps: number;
  kills: { done: number; undone: number };
};
type Held = { model: Model };

/** A step, and what has to be true of it. */
class TakeStep implements fc.AsyncCommand<Held, Real> {
  readonly #t: ExecutionContext;
  readonly #step: Step;

  constructor(t: ExecutionContext, step: Step) {
    this.#t = t;
    this.#step = step;
  }

  check = () => true;
  toString = () => JSON.stringify(this.#step);

  async run(held: Held, real: Real): Promise<void> {
    const result = await real.spool.take(this.#step);
    held.model.apply(this.#step, result);
    real.steps += 1;
    const { bytesBefore, bytesAfter, stored } = result;
    if (stored !== undefined) {
      // What comes together in one step is far less than a commit takes: it is stored as a whole or not at all.
      const full = bytesBefore >= MAX_BYTES;
      this.#t.deepEqual(
        stored,
        stored.map(() => !full),
        `${bytesBefore} bytes of ${MAX_BYTES}`,
      );
    }
    this.#t.true(bytesAfter >= held.model.waitingBytes);
    same(this.#t, await real.spool.state(), held.model);
  }
}

/** The process ends, in order or not, and the spool is opened by another one. */
class Reopen implements fc.AsyncCommand<Held, Real> {
  readonly #t: ExecutionContext;
  readonly #how: 'close' | 'kill';

  constructor(t: ExecutionContext, how: 'close' | 'kill') {
    this.#t = t;
    this.#how = how;
  }

  check = () => true;
  toString = () => this.#how;

  async run(held: Held, real: Real): Promise<void> {
    await real.spool[this.#how]();
    real.spool = await SpoolProcess.open(real.dataDir, MAX_BYTES);
    this.#t.is(real.spool.setAside, null, 'a sound spool is not taken for a damaged one');
    same(this.#t, await real.spool.state(), held.model);
  }
}

/** The process is killed in the middle of a step: then all of it has happened, or nothing. */
class KillInStep implements fc.AsyncCommand<Held, Real> {
  readonly #t: ExecutionContext;
  readonly #step: Step;
  readonly #afterMs: number;

  constructor(t: ExecutionContext, step: Step, afterMs: number) {
    this.#t = t;
    this.#step = step;
    this.#afterMs = afterMs;
  }

  check = () => true;
  toString = () => `kill ${this.#afterMs} ms into ${JSON.stringify(this.#step)}`;

  async run(held: Held, real: Real): Promise<void> {
    await real.spool.takeAndKill(this.#step, this.#afterMs);
    real.spool = await SpoolProcess.open(real.dataDir, MAX_BYTES);
    this.#t.is(real.spool.setAside, null);
    const state = await real.spool.state();
    const done = held.model.copy().apply(this.#step);
    if (isDeepStrictEqual(state, done.state())) {
      real.kills.done += 1;
      held.model = done;
      return;
    }
    real.kills.undone += 1;
    same(this.#t, state, held.model);
  }
}

function same(t: ExecutionContext, state: State, model: Model): void {
  t.deepEqual(state, model.state());
}

const event = fc.record({
  name: fc.nat({ max: 9_999_999 }),
  bytes: fc.oneof(fc.integer({ min: 8, max: 400 }), fc.integer({ min: 1_000, max: 30_000 })),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('append'),
      events: fc.array(event, { minLength: 1, maxLength: 20 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit'), count: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('plan'), count: fc.integer({ min: 1, max: 30 }) }) },
  fc.constant({ do: 'ask_retry' } as const),
  fc.constant({ do: 'take_retries' } as const),
  fc.constant({ do: 'drop' } as const),
) as fc.Arbitrary<Step>;

test.serial(
  'whatever is done to the spool, and wherever its process is killed, it is as the model says',
  async (t) => {
    const command = (arbitrary: fc.Arbitrary<fc.AsyncCommand<Held, Real>>) => arbitrary;
    const commands = fc.commands(
      [
        ...Array.from({ length: 6 }, () => command(step.map((it) => new TakeStep(t, it)))),
        command(fc.constantFrom('close', 'kill').map((how) => new Reopen(t, how as 'close' | 'kill'))),
        command(fc.tuple(step, fc.integer({ min: 0, max: 12 })).map(([it, ms]) => new KillInStep(t, it, ms))),
      ],
      { size: 'max', maxCommands: 60 },
    );
    let steps = 0;
    const kills = { done: 0, undone: 0 };
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const dataDir = tempFolder(t, 'model');
        const real: Real = { dataDir, spool: await SpoolProcess.open(dataDir, MAX_BYTES), steps: 0, kills };
        try {
          await fc.asyncModelRun(() => ({ model: { model: new Model() }, real }), list);
        } catch (error) {
          t.log(`seed ${SEED}, after ${String(list)}`);
          throw error;
        } finally {
          steps += real.steps;
          await real.spool.kill();
          rmSync(dataDir, { recursive: true, force: true });
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['MODEL_SHRINK'] === undefined },
    );
    t.log(
      `${steps} steps, ${kills.done} killed in a step that was done, ${kills.undone} in one that was not; seed ${SEED}`,
    );
  },
);
