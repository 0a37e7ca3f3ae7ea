/** Personal values by the key under which they are planted; each is found nowhere else. */
export const PLANTED = {
  user_name: 'Xenia Planted',
  name: 'Yorick Planted',
  email: 'planted.mail@example.com',
  user_email: 'planted.user@example.com',
  participant_user_id: 'PlantedUser0000000001',
  id: 'PlantedUser0000000002',
  user_key: 'planted-key-77',
  customer_key: 'planted-key-78',
  host_id: 'PlantedHost0000000003',
  pc_name: 'PLANTED-PC',
  mac_addr: '00:00:5E:00:53:77',
  harddisk_id: 'PLANTEDDISK',
  signaling_ip_address: '203.0.113.77',
  signaling_internal_ip_address: '198.51.100.71',
  audio_internal_ip_address: '198.51.100.72',
  video_internal_ip_address: '198.51.100.73',
  as_internal_ip_address: '198.51.100.74',
  phone_number: '+12025550177',
  registrant_id: 'PlantedRegistrant',
  participant_uuid: '00000000-0000-4000-8000-000000000077',
  topic: "Xenia Planted's Zoom Meeting",
  leave_reason: 'Zelda Planted left the meeting.<br>Reason: Host ended the meeting.',
  extension_number: '770770770770',
  device_name: 'Desk phone of Planted',
} as const;

/** Names of devices after their owners: the owner is personal, the device is not. */
export const DEVICES = {
  microphone: 'Xenia Planted’s AirPods Pro',
  speaker: 'AirPods Max von Xenia Planted',
  camera: 'Sample Camera (4K)',
} as const;

const AT = 1_760_000_061_000;

const data = (event: string, number: string, person: object) => ({
  event,
  event_ts: AT,
  payload: {
    account_id: 'A1',
    object: {
      uuid: 'u==',
      session_id: 'u==',
      topic: PLANTED.topic,
      host_id: PLANTED.host_id,
      participant: { [number]: '16778240', ...person },
      user: { id: '16778240', ...person },
    },
  },
});

/** Somebody leaves, for this reason. */
export const left = (leave_reason: string): object =>
  data('meeting.participant_left', 'user_id', { leave_reason });

const QOS = [{ date_time: '2025-10-09T08:54:00Z', type: 'audio_input', details: { bitrate: '63 kbps' } }];
const CALL_QOS = [
  { date_time: '2025-10-09T08:54:00Z', type: 'sending', details: { mos: '4.4', network: 'LAN' } },
];

export const EVENTS: object[] = [
  data('meeting.participant_joined', 'user_id', { ...PLANTED, join_time: '2025-10-09T08:50:00Z' }),
  data('meeting.participant_data', 'participant_id', {
    ...PLANTED,
    data: [{ ...PLANTED, ...DEVICES, device: 'WIN' }],
  }),
  data('meeting.participant_qos', 'user_id', { ...PLANTED, qos: QOS }),
  data('meeting.participant_qos_summary', 'participant_id', {
    ...PLANTED,
    qos: [{ type: 'audio_input', details: { avg_bitrate: '63 kbps' } }],
  }),
  data('meeting.participant_data_summary', 'participant_id', { ...PLANTED, data: [{ ...PLANTED }] }),
  data('meeting.participant_left', 'user_id', { ...PLANTED }),
  data('webinar.participant_joined', 'user_id', { ...PLANTED }),
  data('session.user_joined', 'user_id', { ...PLANTED, id: '16778240' }),
  data('session.user_data', 'user_id', { ...PLANTED, id: '16778240', data: [{ ...PLANTED }] }),
  data('session.user_qos', 'user_id', { ...PLANTED, id: '16778240', qos: QOS }),
  {
    event: 'phone.callee_answered',
    event_ts: AT,
    payload: {
      account_id: 'A1',
      object: {
        call_id: '7500000000000000001',
        caller: { ...PLANTED, user_id: PLANTED.participant_user_id },
        callee: { ...PLANTED, user_id: PLANTED.id },
      },
    },
  },
  {
    event: 'phone.call_qos_summary',
    event_ts: AT,
    payload: {
      account_id: 'A1',
      object: {
        call_id: '7500000000000000001',
        call_qos: [
          {
            type: 'caller',
            user_id: PLANTED.participant_user_id,
            user_email: PLANTED.user_email,
            qos: CALL_QOS,
          },
          { type: 'callee', qos: CALL_QOS },
        ],
      },
    },
  },
];

/** A participant without a join number, so that the user's id stands in for it. */
export const WITHOUT_NUMBER: object[] = [
  data('meeting.participant_data', 'none', { ...PLANTED, data: [{ device: 'WIN' }] }),
  data('meeting.participant_qos', 'none', { ...PLANTED, qos: QOS }),
];

/** What must be found nowhere. */
export const WORDS: readonly string[] = [
  ...Object.values(PLANTED).filter((value) => value !== PLANTED.leave_reason),
  'Zelda',
  'Planted',
];
