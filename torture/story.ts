import { createAccount } from '../src/simulator/account.js';
import { withExtras } from '../src/simulator/extras.js';
import { Random } from '../src/simulator/random.js';

/** One event as it is posted. */
export type StoryEvent = {
  readonly event: object;
  /** The meeting, session or call that it belongs to; what is learned from events is kept for each of these. */
  readonly about: string;
  /** Whether points of later events depend on it: all but live samples, which only tell what was told before. */
  readonly teaches: boolean;
  /** Its `event_ts`, ms since 1970. */
  readonly at: number;
};

/** How large the account is; some eight hundred events and sixteen thousand values. */
const PARTICIPANTS = 40;
const MEETINGS = 6;
const MINUTES = 10;

/** Meetings, stays and calls are shortened, so that there is everything from the first event of one to its summaries. */
const TIME_SCALE = 0.15;

/**
 * Shares of the events that come twice, that QSS does not have, that are corrected later (samples of people, not of calls, of which
 * nothing of that kind is known), that can't be read in part, and that can't be read at all.
 */
const DUPLICATES = 0.04;
const UNKNOWN = 0.01;
const CORRECTED = 0.08;
const UNREADABLE = 0.01;
const UNDECODABLE = 0.004;

/** So much later than the event that it corrects. */
const CORRECTION_AFTER_MS = 700;

/** What a Zoom account tells in some minutes, in its order: the same for the same seed and start. */
export function tellStory(seed: number, startTime: number): StoryEvent[] {
  const account = createAccount({
    seed,
    participants: PARTICIPANTS,
    meetings: MEETINGS,
    scenario: 'mixed',
    startTime,
    timeScale: TIME_SCALE,
  });
  const extras = { seed, duplicates: DUPLICATES, unknown: UNKNOWN, people: account.staff };
  const random = new Random(seed).fork('torture story');
  const story: StoryEvent[] = [];
  const taken = new Map<string, string>();
  for (const { at, event } of withExtras(account.events(), extras)) {
    if (at >= startTime + MINUTES * 60_000) break;
    if (event.event === 'endpoint.url_validation') continue;
    const text = JSON.stringify(apart(event, taken));
    if (isLive(event.event) && random.chance(UNREADABLE)) {
      story.push(toStoryEvent(text.replace(/"jitter":"[^"]*"/, '"jitter":"12 furlongs"')));
      continue;
    }
    if (random.chance(UNDECODABLE)) {
      story.push(toStoryEvent(JSON.stringify({ ...event, event: 'meeting.participant_qos', payload: {} })));
      continue;
    }
    const original = toStoryEvent(text);
    if (!isLive(event.event) || event.event === 'phone.call_qos' || !random.chance(CORRECTED)) {
      story.push(original);
      continue;
    }
    const correction = correct(text);
    // The older one of two has to lose whichever of them comes first.
    story.push(...(random.chance(0.5) ? [original, correction] : [correction, original]));
  }
  return story;
}

/**
 * Moves an event by a millisecond where another one of the same meeting has its time: which of two such events is worked on first,
 * and has the last word where both tell the same, is not promised.
 */
function apart<Told extends { readonly event_ts: number; readonly payload: object }>(
  event: Told,
  taken: Map<string, string>,
): Told {
  const { about } = toStoryEvent(JSON.stringify(event));
  const original = JSON.stringify(event);
  for (let at = event.event_ts; ; at += 1) {
    const place = `${about} ${at}`;
    const owner = taken.get(place);
    if (owner !== undefined && owner !== original) continue;
    taken.set(place, original);
    return { ...event, event_ts: at };
  }
}

function isLive(name: string): boolean {
  return name.endsWith('_qos');
}

/** The same readings, told again later with other values; one of them is left out. */
function correct(text: string): StoryEvent {
  return toStoryEvent(
    text
      .replace(/"event_ts":(\d+)/, (_, at: string) => `"event_ts":${Number(at) + CORRECTION_AFTER_MS}`)
      .replaceAll(/"bitrate":"(\d+)/g, '"bitrate":"1$1')
      .replace(/,"max_loss":"[^"]*"/, ''),
  );
}

function toStoryEvent(text: string): StoryEvent {
  const event = JSON.parse(text) as {
    readonly event: string;
    readonly event_ts: number;
    readonly payload: { readonly object?: Record<string, unknown> };
  };
  const { uuid, session_id, call_id, id } = event.payload.object ?? {};
  const about = String(uuid ?? session_id ?? call_id ?? id ?? text);
  return { event, about, teaches: !isLive(event.event), at: event.event_ts };
}
