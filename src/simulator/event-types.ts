import type { DataItem, PhoneSample, QosSample, QosSummary } from './sample-types.js';

/** The meeting or webinar as its companion events describe it. */
export interface MeetingObject {
  readonly id: string;
  readonly uuid: string;
  readonly host_id: string;
  readonly topic: string;
  readonly type: number;
  readonly start_time: string;
  readonly timezone: string;
  readonly duration: number;
  readonly end_time?: string;
}

export interface JoinedOrLeft {
  readonly user_id: string;
  readonly user_name: string;
  readonly id: string;
  readonly participant_uuid: string;
  readonly join_time?: string;
  readonly leave_time?: string;
  readonly leave_reason?: string;
  readonly email: string;
  readonly participant_user_id: string;
}

interface DataParticipant {
  readonly participant_id: string;
  readonly participant_user_id: string;
  readonly email: string;
  readonly data: readonly DataItem[];
}

export interface SessionObject {
  readonly session_id: string;
  readonly session_name: string;
  readonly session_key: string;
}

interface SessionUser {
  readonly id: string;
  readonly name: string;
  readonly user_key: string;
  readonly is_original_host: boolean;
}

export interface SessionJoinedOrLeft {
  readonly id: string;
  readonly name: string;
  readonly join_time?: string;
  readonly leave_time?: string;
  readonly leave_reason?: string;
  readonly user_key: string;
  readonly participant_uuid: string;
}

/** One party of a phone call as companion events describe it. */
export interface PhoneParty {
  readonly extension_type?: string;
  readonly extension_number?: number;
  readonly phone_number: string;
  readonly user_id?: string;
  readonly timezone?: string;
  readonly device_type?: string;
  readonly connection_type: string;
}

interface PhoneCallFlow {
  readonly call_id: string;
  readonly caller: PhoneParty;
  readonly callee: PhoneParty;
  readonly ringing_start_time: string;
  readonly connected_start_time?: string;
  readonly answer_start_time?: string;
  readonly call_end_time?: string;
  readonly handup_result?: string;
}

export interface Envelope<Name extends string, Content> {
  readonly event: Name;
  readonly event_ts: number;
  readonly payload: { readonly account_id: string; readonly object: Content };
}

/** Zoom's check of the URL; it has no account and no object. */
export interface UrlValidationEvent {
  readonly payload: { readonly plainToken: string };
  readonly event_ts: number;
  readonly event: 'endpoint.url_validation';
}

export type RoomKind = 'meeting' | 'webinar';

type RoomEvent =
  | Envelope<`${RoomKind}.started` | `${RoomKind}.ended`, MeetingObject>
  | Envelope<
      `${RoomKind}.participant_joined` | `${RoomKind}.participant_left`,
      MeetingObject & { readonly participant: JoinedOrLeft }
    >
  | Envelope<
      `${RoomKind}.participant_qos`,
      {
        readonly uuid: string;
        readonly participant: {
          readonly user_id: string;
          readonly participant_user_id: string;
          readonly email: string;
          readonly qos: readonly QosSample[];
        };
      }
    >
  | Envelope<
      `${RoomKind}.participant_qos_summary`,
      {
        readonly uuid: string;
        readonly id: string;
        readonly participant: {
          readonly participant_id: string;
          readonly user_name: string;
          readonly id: string;
          readonly email: string;
          readonly qos: readonly QosSummary[];
        };
      }
    >
  | Envelope<`${RoomKind}.participant_data`, { readonly uuid: string; readonly participant: DataParticipant }>
  | Envelope<
      `${RoomKind}.participant_data_summary`,
      { readonly uuid: string; readonly id?: string; readonly participant: DataParticipant }
    >;

type SessionEvent =
  | Envelope<
      'session.started' | 'session.ended',
      SessionObject & { readonly id: string; readonly start_time: string; readonly end_time?: string }
    >
  | Envelope<
      'session.user_joined' | 'session.user_left',
      SessionObject & { readonly id: string; readonly user: SessionJoinedOrLeft }
    >
  | Envelope<
      'session.user_qos',
      SessionObject & { readonly user: SessionUser & { readonly qos: readonly QosSample[] } }
    >
  | Envelope<
      'session.user_qos_summary',
      SessionObject & { readonly user: SessionUser & { readonly qos: readonly QosSummary[] } }
    >
  | Envelope<
      'session.user_data' | 'session.user_data_summary',
      SessionObject & { readonly user: SessionUser & { readonly data: readonly DataItem[] } }
    >;

type PhoneEvent =
  | Envelope<
      'phone.caller_connected' | 'phone.callee_answered' | 'phone.caller_ended' | 'phone.callee_ended',
      PhoneCallFlow
    >
  | Envelope<
      'phone.call_qos',
      {
        readonly call_id: string;
        readonly call_start_time: string;
        readonly call_qos: {
          readonly type: 'caller' | 'callee';
          readonly id: string;
          readonly user_email?: string;
          readonly qos: PhoneSample;
        };
      }
    >
  | Envelope<
      'phone.call_qos_summary',
      {
        readonly call_id: string;
        readonly call_start_time: string;
        readonly call_end_time: string;
        readonly call_qos: readonly {
          readonly type: 'caller' | 'callee';
          readonly user_id: string;
          readonly user_email?: string;
          readonly qos: readonly PhoneSample[];
        }[];
      }
    >;

/** Everything the simulated account sends, as Zoom's reference of February 2026 shapes it. */
export type ZoomEvent = UrlValidationEvent | RoomEvent | SessionEvent | PhoneEvent;

/** An event and the moment of model time at which Zoom has it, in milliseconds since the epoch. */
export interface TimedEvent {
  readonly at: number;
  readonly event: ZoomEvent;
}
