import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchivedEvent } from '../archive/record.js';
import { DropOff } from '../inbox/drop-off.js';
import { withDataDir } from '../spool/data-dir-error.js';
import { isDataDirLocked } from '../spool/lock.js';
import { type FindOptions, findEvents } from './find-events.js';
import { Pacer } from './pacer.js';
import type { Stage } from './progress.js';

/** A bundle for the bridge holds this much at most. */
const BUNDLE_EVENTS = 2_000;
const BUNDLE_BYTES = 8 * 1024 * 1024;

/** So many bundles may wait for a running bridge. */
const MAX_BUNDLES = 8;

const LOOK_EVERY_MS = 100;

export type ReplayFilesOptions = Omit<FindOptions, 'onBytes'> & {
  readonly dataDir: string;
  /** Events are worked on though they have been seen. */
  readonly again: boolean;
  readonly rate: number | undefined;
  readonly onStage: (stage: Stage) => void;
};

/** Where the events are when {@link replayFiles} ends. */
export type Whereabouts = 'with_bridge' | 'in_inbox';

/**
 * Lays the events of files down for the bridge. Where it runs, waits until it has taken them; where it does not, it takes them at
 * its next start.
 *
 * @throws {DataDirError} where the data folder can't be written
 */
export async function replayFiles(options: ReplayFilesOptions): Promise<Whereabouts> {
  const { dataDir, again, rate, summary, signal, onStage } = options;
  const dropOff = withDataDir(dataDir, () => new DropOff(dataDir, Date.now()));
  const pacer = new Pacer(rate, signal);
  const bundle = new Bundle(rate);
  const share = shareOf(options.inputs.map(({ bytes }) => bytes));
  let bytesRead = 0;
  const stage = (remark?: string) =>
    onStage({
      what: 'reading',
      done: summary.taken,
      share: share(bytesRead),
      ...(remark === undefined ? {} : { remark }),
    });
  const put = async () => {
    while (dropOff.left() >= MAX_BUNDLES && isDataDirLocked(dataDir) && !signal.aborted) {
      stage('waiting for the bridge');
      await sleep(LOOK_EVERY_MS);
    }
    const events = bundle.empty();
    await dropOff.put(events);
    summary.taken += events.length;
    stage();
  };
  for await (const { body } of findEvents({
    ...options,
    onBytes: (bytes) => {
      bytesRead += bytes;
      stage();
    },
  })) {
    await pacer.turn();
    if (signal.aborted) break;
    bundle.add({ receivedMs: Date.now(), again, body });
    if (bundle.isFull) await put();
  }
  await put();
  while (dropOff.left() > 0 && isDataDirLocked(dataDir) && !signal.aborted) {
    onStage({ what: 'handing over', done: summary.taken, share: undefined });
    await sleep(LOOK_EVERY_MS);
  }
  return dropOff.left() > 0 ? 'in_inbox' : 'with_bridge';
}

class Bundle {
  readonly #maxEvents: number;
  #events: ArchivedEvent[] = [];
  #bytes = 0;

  /** At a slow pace bundles are small, so that each holds a second or so. */
  constructor(rate: number | undefined) {
    this.#maxEvents = Math.max(1, Math.min(BUNDLE_EVENTS, Math.floor(rate ?? BUNDLE_EVENTS)));
  }

  get isFull(): boolean {
    return this.#events.length >= this.#maxEvents || this.#bytes >= BUNDLE_BYTES;
  }

  add(event: ArchivedEvent): void {
    this.#events.push(event);
    this.#bytes += event.body.length;
  }

  empty(): readonly ArchivedEvent[] {
    this.#bytes = 0;
    return this.#events.splice(0);
  }
}

/** How to say which share of all bytes has been read; unknown where an input's length is. */
function shareOf(lengths: readonly (number | undefined)[]): (read: number) => number | undefined {
  const total = lengths.reduce<number>((sum, length) => sum + (length ?? Number.NaN), 0);
  return (read) => (total > 0 ? Math.min(1, read / total) : undefined);
}
