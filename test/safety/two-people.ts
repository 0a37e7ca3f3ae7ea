/** Somebody who takes part in everything below. */
export type Person = {
  readonly name: string;
  readonly email: string;
  readonly userId: string;
  readonly number: string;
  readonly phone: string;
  readonly address: string;
  readonly computer: string;
};

export const XENIA: Person = {
  name: 'Xenia Leaving',
  email: 'xenia.leaving@example.com',
  userId: 'XeniaLeaving000000001',
  number: '16778240',
  phone: '+12025550171',
  address: '203.0.113.71',
  computer: 'XENIA-PC',
};

export const YORICK: Person = {
  name: 'Yorick Staying',
  email: 'yorick.staying@example.com',
  userId: 'YorickStaying00000001',
  number: '16778241',
  phone: '+12025550172',
  address: '203.0.113.72',
  computer: 'YORICK-PC',
};

/** What of a person must be gone, or must still be there. */
export const wordsOf = ({ name, email, userId, phone, address, computer }: Person): readonly string[] => [
  name,
  email,
  userId,
  phone,
  address,
  computer,
];

/** Ids of the meeting where both take part, of the one that Xenia hosts and does not join, and of the call. */
export const MEETING = 'both/Here+AAAAAAAAAA==';
export const HOSTED = 'xeniaHosts/BBBBBBBBB==';
export const CALL = '7500000000000000071';

const AT = 1_760_000_061_000;

const about = (
  event: string,
  uuid: string,
  hostId: string,
  person: Person,
  details: object,
  number: string,
) => ({
  event,
  event_ts: AT,
  payload: {
    account_id: 'A1',
    object: {
      uuid,
      id: '85100000001',
      host_id: hostId,
      participant: {
        [number]: person.number,
        participant_user_id: person.userId,
        user_name: person.name,
        email: person.email,
        ...details,
      },
    },
  },
});

const HOST_OF_BOTH = 'SomebodyElse000000001';

/** One person joins, tells the device, sends a minute of audio, and leaves with a summary. */
export function eventsOf(person: Person, uuid = MEETING, hostId = HOST_OF_BOTH): object[] {
  const device = {
    device: 'Windows',
    pc_name: person.computer,
    signaling_ip_address: person.address,
    network_type: 'Wifi',
  };
  const details = {
    bitrate: '63 kbps',
    latency: '134 ms',
    jitter: '6 ms',
    avg_loss: '0.0%',
    max_loss: '0.0%',
  };
  const summary = { avg_bitrate: '63 kbps', avg_latency: '134 ms' };
  return [
    about(
      'meeting.participant_joined',
      uuid,
      hostId,
      person,
      { join_time: '2025-10-09T08:50:00Z' },
      'user_id',
    ),
    about('meeting.participant_data', uuid, hostId, person, { data: [device] }, 'participant_id'),
    about(
      'meeting.participant_qos',
      uuid,
      hostId,
      person,
      { qos: [{ date_time: '2025-10-09T08:54:00Z', type: 'audio_input', details }] },
      'user_id',
    ),
    about(
      'meeting.participant_qos_summary',
      uuid,
      hostId,
      person,
      { qos: [{ type: 'audio_input', details: summary }] },
      'participant_id',
    ),
    about(
      'meeting.participant_left',
      uuid,
      hostId,
      person,
      { leave_reason: `${person.name} left the meeting.` },
      'user_id',
    ),
  ];
}

const party = ({ name, email, userId, phone }: Person) => ({
  name,
  email,
  user_id: userId,
  phone_number: phone,
});

/** Xenia calls Yorick. */
export const CALL_EVENTS: readonly object[] = [
  {
    event: 'phone.callee_answered',
    event_ts: AT,
    payload: { account_id: 'A1', object: { call_id: CALL, caller: party(XENIA), callee: party(YORICK) } },
  },
  {
    event: 'phone.call_qos_summary',
    event_ts: AT,
    payload: {
      account_id: 'A1',
      object: {
        call_id: CALL,
        call_qos: [XENIA, YORICK].map((person, index) => ({
          type: index === 0 ? 'caller' : 'callee',
          user_id: person.userId,
          user_email: person.email,
          qos: [{ date_time: '2025-10-09T08:54:00Z', type: 'sending', details: { mos: '4.4' } }],
        })),
      },
    },
  },
];

/** An event of which nothing can be used, and which names somebody. */
export const undecodable = (person: Person): object => ({
  event: 'meeting.participant_qos',
  event_ts: AT,
  payload: { account_id: 'A1', object: { participant: { user_name: person.name, email: person.email } } },
});

/** Everything that both did, the meeting that Xenia hosts among it. */
export const BOTH: readonly object[] = [
  ...eventsOf(XENIA),
  ...eventsOf(YORICK),
  ...eventsOf(YORICK, HOSTED, XENIA.userId),
  ...CALL_EVENTS,
];
