import type { BatchLine } from '../../src/influx/line-batch.js';
import { parseEvent, type Worked, Worker } from '../../src/pipeline/work.js';
import { PointMaker } from '../../src/points/make-points.js';
import type { PointOptions } from '../../src/points/options.js';
import { makeShield } from '../../src/points/privacy.js';
import { readSites } from '../../src/points/sites.js';
import type { Timed } from '../../src/points/timed.js';
import { readSettings } from '../../src/settings/read-settings.js';
import type { Account } from '../../src/simulator/account.js';
import type { ZoomEvent } from '../../src/simulator/event-types.js';
import type { SeenEntry } from '../../src/spool/seen.js';

/** How points come out with the default settings and a sites file of this content. */
export function defaultPointOptions(sitesCsv = ''): PointOptions {
  const { points } = readSettings({}, { zoom: false });
  return {
    ...points,
    shield: makeShield(points.privacy, new Uint8Array(32)),
    findSite: readSites(sitesCsv),
  };
}

/** What a sites file of a simulated account holds. */
export function sitesCsvOf({ sites }: Pick<Account, 'sites'>): string {
  return sites.flatMap(({ name, cidrs }) => cidrs.map((cidr) => `${cidr},${name}\n`)).join('');
}

/** Works on events as the bridge's writer does, one after the other, with what was learned kept in memory. */
export class StoryWorker {
  readonly #worker: Worker;
  readonly #context = new Map<string, Timed>();
  readonly #seen = new Map<string, SeenEntry>();
  #seq = 0;

  constructor(options: PointOptions) {
    this.#worker = new Worker(new PointMaker(options));
  }

  /** @param receivedMs when the event came, ms since 1970 */
  work(event: object, receivedMs: number): Worked {
    this.#seq += 1;
    const body = Buffer.from(JSON.stringify(event));
    return this.#worker.work(
      parseEvent({ seq: this.#seq, receivedMs, again: false, body }),
      this.#context,
      this.#seen,
    );
  }
}

/** The events of an account's first minutes that are posted as samples and companions, each with its lines. */
export function* tellStory(
  account: Account,
  startTime: number,
  minutes: number,
): Generator<{ readonly event: ZoomEvent; readonly lines: readonly BatchLine[] }> {
  const worker = new StoryWorker(defaultPointOptions(sitesCsvOf(account)));
  for (const { at, event } of account.events()) {
    if (at >= startTime + minutes * 60_000) return;
    if (event.event === 'endpoint.url_validation') continue;
    yield { event, lines: worker.work(event, at).lines };
  }
}
