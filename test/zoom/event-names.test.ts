import test from 'ava';
import { COMPANION_EVENTS, knownEvent, QSS_EVENTS } from '../../src/zoom/event-names.js';

test('the 14 events of the subscription are known, each with its source and kind', (t) => {
  t.deepEqual(
    [...QSS_EVENTS].map(([name, { source, kind }]) => `${name}: ${source} ${kind}`),
    [
      'meeting.participant_qos: meeting qos',
      'meeting.participant_qos_summary: meeting qos_summary',
      'meeting.participant_data: meeting data',
      'meeting.participant_data_summary: meeting data_summary',
      'webinar.participant_qos: webinar qos',
      'webinar.participant_qos_summary: webinar qos_summary',
      'webinar.participant_data: webinar data',
      'webinar.participant_data_summary: webinar data_summary',
      'session.user_qos: session qos',
      'session.user_qos_summary: session qos_summary',
      'session.user_data: session data',
      'session.user_data_summary: session data_summary',
      'phone.call_qos: phone call_qos',
      'phone.call_qos_summary: phone call_qos',
    ],
  );
});

test('the companion events are known', (t) => {
  t.deepEqual(
    [...COMPANION_EVENTS.keys()],
    [
      'meeting.started',
      'meeting.ended',
      'meeting.participant_joined',
      'meeting.participant_left',
      'meeting.participant_joined_breakout_room',
      'meeting.participant_left_breakout_room',
      'webinar.started',
      'webinar.ended',
      'webinar.participant_joined',
      'webinar.participant_left',
      'session.started',
      'session.ended',
      'session.user_joined',
      'session.user_left',
      'phone.caller_ringing',
      'phone.caller_connected',
      'phone.caller_ended',
      'phone.callee_ringing',
      'phone.callee_answered',
      'phone.callee_missed',
      'phone.callee_ended',
    ],
  );
});

for (const name of [
  '',
  'meeting.alert',
  'qss.participant_qos',
  'Meeting.Participant_Qos',
  'meeting.participant_qos ',
  'endpoint.url_validation',
  'constructor',
  '__proto__',
])
  test(`${JSON.stringify(name)} is not known`, (t) => t.is(knownEvent(name), undefined));
