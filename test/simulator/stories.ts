import { type Account, type AccountOptions, createAccount } from '../../src/simulator/account.js';
import type { TimedEvent, ZoomEvent } from '../../src/simulator/event-types.js';
import type { QosSample } from '../../src/simulator/sample-types.js';

/** Thursday, half a minute past ten: not on a whole minute on purpose. */
export const START = Date.UTC(2026, 0, 15, 10, 0, 30);

/** The account's events of its first minutes. */
export function firstMinutes(account: Account, minutes: number): TimedEvent[] {
  const events: TimedEvent[] = [];
  for (const timed of account.events()) {
    if (timed.at >= START + minutes * 60_000) break;
    events.push(timed);
  }
  return events;
}

export function story(minutes: number, options: Partial<AccountOptions> = {}): ZoomEvent[] {
  return firstMinutes(createAccount({ startTime: START, ...options }), minutes).map(({ event }) => event);
}

/** Live media samples with the join they belong to: instance and join number. */
export interface LiveSamples {
  readonly join: string;
  readonly at: number;
  readonly email: string;
  readonly qos: readonly QosSample[];
}

export function liveSamples(event: ZoomEvent): LiveSamples | undefined {
  const at = event.event_ts;
  switch (event.event) {
    case 'meeting.participant_qos':
    case 'webinar.participant_qos': {
      const { uuid, participant } = event.payload.object;
      return { join: `${uuid} ${participant.user_id}`, at, email: participant.email, qos: participant.qos };
    }
    case 'session.user_qos': {
      const { session_id, user } = event.payload.object;
      return { join: `${session_id} ${user.id}`, at, email: '', qos: user.qos };
    }
    default:
      return undefined;
  }
}

/** What of an event tells about one join, other than samples. */
export function joinOf(
  event: ZoomEvent,
): { kind: 'joined' | 'left' | 'data' | 'summary'; join: string } | undefined {
  switch (event.event) {
    case 'meeting.participant_joined':
    case 'webinar.participant_joined':
      return {
        kind: 'joined',
        join: `${event.payload.object.uuid} ${event.payload.object.participant.user_id}`,
      };
    case 'meeting.participant_left':
    case 'webinar.participant_left':
      return {
        kind: 'left',
        join: `${event.payload.object.uuid} ${event.payload.object.participant.user_id}`,
      };
    case 'meeting.participant_data':
    case 'webinar.participant_data':
      return {
        kind: 'data',
        join: `${event.payload.object.uuid} ${event.payload.object.participant.participant_id}`,
      };
    case 'meeting.participant_qos_summary':
    case 'webinar.participant_qos_summary':
    case 'meeting.participant_data_summary':
    case 'webinar.participant_data_summary':
      return {
        kind: 'summary',
        join: `${event.payload.object.uuid} ${event.payload.object.participant.participant_id}`,
      };
    case 'session.user_joined':
      return { kind: 'joined', join: `${event.payload.object.session_id} ${event.payload.object.user.id}` };
    case 'session.user_left':
      return { kind: 'left', join: `${event.payload.object.session_id} ${event.payload.object.user.id}` };
    case 'session.user_data':
      return { kind: 'data', join: `${event.payload.object.session_id} ${event.payload.object.user.id}` };
    case 'session.user_qos_summary':
    case 'session.user_data_summary':
      return { kind: 'summary', join: `${event.payload.object.session_id} ${event.payload.object.user.id}` };
    default:
      return undefined;
  }
}

/** The number at the start of a text such as `63 kbps`; undefined for `""`. */
export function numberIn(text: string | number | undefined): number | undefined {
  const found = /^-?\d+(\.\d+)?/.exec(String(text ?? ''));
  return found === null ? undefined : Number(found[0]);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
