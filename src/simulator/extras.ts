import type { TimedEvent, ZoomEvent } from './event-types.js';
import { Random } from './random.js';
import { isoSeconds } from './time.js';

/** An event of an account's other apps, which a receiver of QSS has no use for. */
export interface PresenceEvent {
  readonly event: 'user.presence_status_updated';
  readonly event_ts: number;
  readonly payload: {
    readonly account_id: string;
    readonly object: {
      readonly id: string;
      readonly email: string;
      readonly presence_status: string;
      readonly date_time: string;
    };
  };
}

/** One thing to post. */
export interface Posting {
  readonly at: number;
  readonly event: ZoomEvent | PresenceEvent;
  /** The same event was posted before. */
  readonly isRepeat: boolean;
}

export interface ExtrasOptions {
  readonly seed: number;
  /** Share of the events that are posted twice, 0 to 1. */
  readonly duplicates: number;
  /** Events of a kind that QSS does not have, per event, 0 to 1. */
  readonly unknown: number;
  readonly people: readonly { readonly userId: string; readonly email: string }[];
}

const PRESENCE = ['Available', 'Away', 'In_Meeting', 'Do_Not_Disturb'];
/** A repeat comes this many events after the first. */
const REPEAT_AFTER = 20;

/** Adds what a real feed has besides: events delivered twice, and events nobody asked for; the same by seed. */
export function* withExtras(
  events: Iterable<TimedEvent>,
  options: ExtrasOptions,
): Generator<Posting, void, undefined> {
  const random = new Random(options.seed).fork('extras');
  const repeats: { readonly after: number; readonly event: ZoomEvent }[] = [];
  let count = 0;
  let at = 0;
  for (const timed of events) {
    at = timed.at;
    yield { ...timed, isRepeat: false };
    if (timed.event.event === 'endpoint.url_validation') continue;
    count++;
    if (random.chance(options.duplicates)) repeats.push({ after: count + REPEAT_AFTER, event: timed.event });
    if (random.chance(options.unknown)) {
      yield {
        at,
        event: presence(timed.event.payload.account_id, options.people, at, random),
        isRepeat: false,
      };
    }
    while (repeats[0] !== undefined && repeats[0].after <= count) {
      yield { at, event: repeats[0].event, isRepeat: true };
      repeats.shift();
    }
  }
  for (const { event } of repeats) yield { at, event, isRepeat: true };
}

function presence(
  accountId: string,
  people: ExtrasOptions['people'],
  at: number,
  random: Random,
): PresenceEvent {
  const { userId, email } = random.pick(people);
  return {
    event: 'user.presence_status_updated',
    event_ts: at,
    payload: {
      account_id: accountId,
      object: { id: userId, email, presence_status: random.pick(PRESENCE), date_time: isoSeconds(at) },
    },
  };
}
