import type { ZoomEvent } from './event-types.js';

/** The 14 events of the Quality of Service Subscription. */
export const QSS_EVENTS = [
  'meeting.participant_qos',
  'meeting.participant_qos_summary',
  'meeting.participant_data',
  'meeting.participant_data_summary',
  'webinar.participant_qos',
  'webinar.participant_qos_summary',
  'webinar.participant_data',
  'webinar.participant_data_summary',
  'session.user_qos',
  'session.user_qos_summary',
  'session.user_data',
  'session.user_data_summary',
  'phone.call_qos',
  'phone.call_qos_summary',
] as const satisfies readonly ZoomEvent['event'][];

/** The events that give QSS its names and times. */
export const COMPANION_EVENTS = [
  'meeting.started',
  'meeting.ended',
  'meeting.participant_joined',
  'meeting.participant_left',
  'webinar.started',
  'webinar.ended',
  'webinar.participant_joined',
  'webinar.participant_left',
  'session.started',
  'session.ended',
  'session.user_joined',
  'session.user_left',
  'phone.caller_connected',
  'phone.callee_answered',
  'phone.caller_ended',
  'phone.callee_ended',
] as const satisfies readonly ZoomEvent['event'][];
