import type { Bridge } from '../bridge/start-bridge.js';
import type { SimulationSummary } from '../simulator/tally.js';

/** Without a terminal a line is printed this seldom. */
const QUIET_MS = 5_000;

/** Shows how the demo goes on: one line that is overwritten on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #bridge: Bridge;
  readonly #out: (line: string) => void;
  readonly #terminal: boolean;
  #last = { at: performance.now(), accepted: 0, points: 0 };
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(bridge: Bridge, out: (line: string) => void, terminal: boolean) {
    this.#bridge = bridge;
    this.#out = out;
    this.#terminal = terminal;
  }

  show({ posted, accepted, errors }: SimulationSummary): void {
    const at = performance.now();
    if (!this.#terminal && at - this.#shownAt < QUIET_MS) return;
    this.#shownAt = at;
    const { counts, writer, problems } = this.#bridge.status();
    const points = Object.values(writer.tally.points).reduce((sum, count) => sum + count, 0);
    const seconds = Math.max(0.001, (at - this.#last.at) / 1000);
    const perSecond = (now: number, before: number) => Math.round((now - before) / seconds);
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    const line = [
      `posted ${posted}`,
      `accepted ${perSecond(accepted, this.#last.accepted)}/s`,
      `points ${perSecond(points, this.#last.points)}/s (${points} in all)`,
      `waiting ${counts.waiting}`,
      `quarantined ${counts.quarantined}`,
      `errors ${failed}`,
      ...problems.map(({ what }) => what),
    ].join('   ');
    this.#last = { at, accepted, points };
    if (this.#terminal) process.stdout.write(`\r\u001b[K  ${line}`);
    else this.#out(`  ${line}`);
  }

  end(): void {
    if (this.#terminal) process.stdout.write('\n');
  }
}
