import { createAccount } from '../src/simulator/account.js';
import { signBody } from '../src/zoom/signature.js';

/** What kind of events a run posts. */
export type Mix = 'ordinary' | 'one-sample' | 'huge-summary' | 'account';

/** How far back the simulator's story begins; far enough that no event is from the future. */
export const STORY_MS = 2 * 3_600_000;

/** How many people are in meetings at the same time, where nothing else is said. */
export const PARTICIPANTS = 1_000;

const MEETINGS_PER_PARTICIPANT = 0.06;

/**
 * Events as JSON text, each different from the others:
 * `ordinary` — a computer's minute in a meeting, 11 to 13 samples and a little over 2 KB; `one-sample` — the account setting with an
 * event for each stream; `huge-summary` — a phone call of several hours, about 1 MB; `account` — everything the simulator posts.
 */
export function eventTexts(
  mix: Mix,
  count: number,
  seed = 1,
  startTime = Date.now() - STORY_MS,
  participants = PARTICIPANTS,
): string[] {
  if (mix === 'huge-summary')
    return Array.from({ length: count }, (_, index) => hugeSummary(index + seed * 1_000_000, startTime));
  const texts: string[] = [];
  const story = createAccount({
    seed,
    participants,
    meetings: Math.ceil(participants * MEETINGS_PER_PARTICIPANT),
    scenario: 'mixed',
    startTime,
  });
  for (const { event } of story.events()) {
    const text = JSON.stringify(event);
    if (event.event === 'endpoint.url_validation') continue;
    if (mix === 'account') texts.push(text);
    else if (event.event === 'meeting.participant_qos' && text.length > 1_900)
      texts.push(mix === 'ordinary' ? text : oneSample(text));
    if (texts.length >= count) return texts;
  }
  return texts;
}

function oneSample(text: string): string {
  const event = JSON.parse(text) as { payload: { object: { participant: { qos: unknown[] } } } };
  event.payload.object.participant.qos.length = 1;
  return JSON.stringify(event);
}

function hugeSummary(index: number, start: number): string {
  const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const samples = (type: string) =>
    Array.from({ length: 1_400 }, (_, sample) => ({
      date_time: iso(start + sample * 5_000),
      type,
      details: {
        bitrate: '63.8',
        avg_loss: '0.0',
        max_loss: '0.4',
        jitter: '8',
        network_delay: '23',
        mos: '4.4',
      },
    }));
  const party = (type: string) => ({
    type,
    user_id: `ExUser${type}`,
    qos: [...samples('sending'), ...samples('receiving')],
  });
  return JSON.stringify({
    event: 'phone.call_qos_summary',
    event_ts: start + STORY_MS - 60_000,
    payload: {
      account_id: 'ExAcct0000000000000001',
      object: {
        call_id: String(7_500_000_000_000_000_000n + BigInt(index)),
        call_start_time: iso(start),
        call_end_time: iso(start + 1_400 * 5_000),
        call_qos: [party('caller'), party('callee')],
      },
    },
  });
}

/** Whole HTTP requests, signed, ready to be written to a socket. */
export function httpRequests(texts: readonly string[], secret: string, path = '/zoom/webhook'): Buffer[] {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return texts.map((text) => {
    const body = Buffer.from(text);
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: bridge.example.com',
      'user-agent: Zoom Marketplace/1.0a',
      'content-type: application/json; charset=utf-8',
      `x-zm-request-timestamp: ${timestamp}`,
      `x-zm-signature: ${signBody(secret, timestamp, body)}`,
      `content-length: ${body.length}`,
      '\r\n',
    ].join('\r\n');
    return Buffer.concat([Buffer.from(head), body]);
  });
}
