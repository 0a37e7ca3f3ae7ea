/** Where an event comes from; the tag `source`. */
export type Source = 'meeting' | 'webinar' | 'session' | 'phone';

/** The kinds of event that the bridge understands. */
export type EventKind =
  | 'qos'
  | 'qos_summary'
  | 'data'
  | 'data_summary'
  | 'call_qos'
  | 'lifecycle'
  | 'call_party';

/** What a name says. */
export type EventName = { readonly source: Source; readonly kind: EventKind };

const qss = (source: Source, person: string): [string, EventName][] => [
  [`${source}.${person}_qos`, { source, kind: 'qos' }],
  [`${source}.${person}_qos_summary`, { source, kind: 'qos_summary' }],
  [`${source}.${person}_data`, { source, kind: 'data' }],
  [`${source}.${person}_data_summary`, { source, kind: 'data_summary' }],
];

const lifecycle = (source: Source, happenings: readonly string[]): [string, EventName][] =>
  happenings.map((happening) => [`${source}.${happening}`, { source, kind: 'lifecycle' }]);

const MEETING_HAPPENINGS = [
  'started',
  'ended',
  'participant_joined',
  'participant_left',
  'participant_joined_breakout_room',
  'participant_left_breakout_room',
];

const PHONE_HAPPENINGS = [
  'caller_ringing',
  'caller_connected',
  'caller_ended',
  'callee_ringing',
  'callee_answered',
  'callee_missed',
  'callee_ended',
];

/** The 14 events of the subscription, by name. Source: Zoom's QSS event reference. */
export const QSS_EVENTS: ReadonlyMap<string, EventName> = new Map([
  ...qss('meeting', 'participant'),
  ...qss('webinar', 'participant'),
  ...qss('session', 'user'),
  ['phone.call_qos', { source: 'phone', kind: 'call_qos' }],
  ['phone.call_qos_summary', { source: 'phone', kind: 'call_qos' }],
]);

/** The events that give meetings, people and calls their names. Source: Zoom's meeting, Video SDK and phone event references. */
export const COMPANION_EVENTS: ReadonlyMap<string, EventName> = new Map([
  ...lifecycle('meeting', MEETING_HAPPENINGS),
  ...lifecycle('webinar', MEETING_HAPPENINGS.slice(0, 4)),
  ...lifecycle('session', ['started', 'ended', 'user_joined', 'user_left']),
  ...PHONE_HAPPENINGS.map((happening): [string, EventName] => [
    `phone.${happening}`,
    { source: 'phone', kind: 'call_party' },
  ]),
]);

/** What the bridge knows about an event of this name; undefined where it does not know it. */
export function knownEvent(name: string): EventName | undefined {
  return QSS_EVENTS.get(name) ?? COMPANION_EVENTS.get(name);
}
