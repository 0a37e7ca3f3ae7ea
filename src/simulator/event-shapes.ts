import type { ZoomEvent } from './event-types.js';
import type { Participation } from './participation.js';
import type { QosSample } from './sample-types.js';

export type GatheringKind = 'meeting' | 'webinar' | 'session';

/** A meeting, webinar or Video SDK session as its events name it. */
export interface Gathering {
  readonly kind: GatheringKind;
  readonly accountId: string;
  /** Instance uuid of a meeting or webinar, `session_id` of a session. */
  readonly uuid: string;
  /** Meeting or webinar number; `""` for sessions. */
  readonly number: string;
  /** Topic, or `session_name`. */
  readonly topic: string;
  readonly sessionKey: string;
  readonly hostId: string;
  readonly timezone: string;
  readonly startedAt: number;
  readonly plannedMinutes: number;
}

/** How one kind of gathering words its events; `at` becomes `event_ts`. */
export interface EventShapes {
  started(gathering: Gathering, at: number): ZoomEvent;
  ended(gathering: Gathering, at: number): ZoomEvent;
  joined(gathering: Gathering, participation: Participation, at: number): ZoomEvent;
  left(gathering: Gathering, participation: Participation, at: number): ZoomEvent;
  data(gathering: Gathering, participation: Participation, at: number): ZoomEvent;
  dataSummary(gathering: Gathering, participation: Participation, at: number): ZoomEvent;
  qos(
    gathering: Gathering,
    participation: Participation,
    at: number,
    samples: readonly QosSample[],
  ): ZoomEvent;
  qosSummary(gathering: Gathering, participation: Participation, at: number): ZoomEvent;
}

/** Zoom's text, markup and all. */
export function leaveReason(participation: Participation): string {
  return `${participation.attendee.name} left the meeting.<br>Reason: left by themselves.`;
}
