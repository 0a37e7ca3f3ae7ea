import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, Sender, type SenderCounts } from '../src/simulator/sender.js';
import type { StoryEvent } from './story.js';

/** Zoom's 5, 25 and 85 minutes become 0.8, 3.8 and 12.8 seconds. */
const RETRY_SCALE = 1 / 400;

/** What became of one event. `unsure`: never acknowledged, so it may have been stored or not. */
export type Told = StoryEvent & {
  readonly fate: 'acknowledged' | 'unsure' | 'refused';
  readonly outcome: Outcome;
};

export type ZoomOptions = {
  readonly url: string;
  readonly secret: string;
  /**
   * Events of one meeting go out one after the other, each when the one before it was acknowledged, so that the order in which the
   * bridge learns is known; what belongs to different meetings goes side by side. Where an event that teaches something is given up,
   * its meeting tells no more. False: everything goes out when it happens, as Zoom does it, and retries come when they come.
   */
  readonly inOrder: boolean;
};

/** Posts a story as Zoom does: signed, an answer within three seconds or again, on a schedule that is compressed. */
export class Zoom {
  readonly #sender: Sender;
  readonly #inOrder: boolean;
  readonly #lastOf = new Map<string, Promise<boolean>>();
  readonly told: Told[] = [];
  /** Events that were left out since one before them was given up. */
  unsent = 0;

  constructor({ url, secret, inOrder }: ZoomOptions) {
    this.#sender = new Sender({ url, secret, retryScale: RETRY_SCALE, concurrency: 64 });
    this.#inOrder = inOrder;
  }

  get counts(): SenderCounts {
    return this.#sender.counts;
  }

  /** Begins to post all of these, evenly over a time in ms, and waits until everything has its outcome. */
  async tell(story: readonly StoryEvent[], overMs: number): Promise<void> {
    const since = performance.now();
    for (const [index, event] of story.entries()) {
      const ahead = since + (index * overMs) / story.length - performance.now();
      if (ahead > 1) await sleep(ahead);
      const thread = this.#inOrder ? event.about : String(index);
      const before = this.#lastOf.get(thread) ?? Promise.resolve(true);
      this.#lastOf.set(
        thread,
        before.then((goesOn) => this.#post(event, goesOn)),
      );
    }
    await Promise.all(this.#lastOf.values());
    await this.#sender.idle();
  }

  /** Ends the retries that wait. */
  close(): Promise<void> {
    return this.#sender.close();
  }

  async #post(event: StoryEvent, goesOn: boolean): Promise<boolean> {
    if (!goesOn) {
      this.unsent += 1;
      return false;
    }
    const outcome = await this.#sender.send(event.event);
    const { result } = outcome;
    const fate = result === 'delivered' ? 'acknowledged' : result === 'refused' ? 'refused' : 'unsure';
    this.told.push({ ...event, fate, outcome });
    return fate === 'acknowledged' || !event.teaches;
  }
}
