import type { EventShapes, Gathering } from './event-shapes.js';
import { leaveReason } from './event-shapes.js';
import type { SessionObject } from './event-types.js';
import type { Participation } from './participation.js';
import { isoSeconds } from './time.js';

/** The events of Video SDK sessions. */
export const sessionShapes: EventShapes = {
  started: (gathering, at) => ({
    event: 'session.started',
    event_ts: at,
    payload: {
      account_id: gathering.accountId,
      object: { id: gathering.uuid, ...session(gathering), start_time: isoSeconds(gathering.startedAt) },
    },
  }),
  ended: (gathering, at) => ({
    event: 'session.ended',
    event_ts: at,
    payload: {
      account_id: gathering.accountId,
      object: {
        id: gathering.uuid,
        ...session(gathering),
        start_time: isoSeconds(gathering.startedAt),
        end_time: isoSeconds(at),
      },
    },
  }),
  joined: (gathering, { joining, attendee, uuid }, at) => ({
    event: 'session.user_joined',
    event_ts: at,
    payload: {
      account_id: gathering.accountId,
      object: {
        id: gathering.uuid,
        ...session(gathering),
        user: {
          id: joining.number,
          name: attendee.name,
          join_time: isoSeconds(joining.joinedAt),
          user_key: attendee.userKey,
          participant_uuid: uuid,
        },
      },
    },
  }),
  left: (gathering, participation, at) => ({
    event: 'session.user_left',
    event_ts: at,
    payload: {
      account_id: gathering.accountId,
      object: {
        id: gathering.uuid,
        ...session(gathering),
        user: {
          id: participation.joining.number,
          name: participation.attendee.name,
          leave_time: isoSeconds(participation.joining.leavesAt),
          leave_reason: leaveReason(participation),
          user_key: participation.attendee.userKey,
          participant_uuid: participation.uuid,
        },
      },
    },
  }),
  data: (gathering, participation, at) => ({
    event: 'session.user_data',
    event_ts: at,
    payload: {
      account_id: gathering.accountId,
      object: { ...session(gathering), user: { ...user(participation), data: [participation.dataItem()] } },
    },
  }),
  dataSummary: (gathering, participation, at) => {
    const { client } = participation.attendee;
    const item = {
      ...participation.dataItem(),
      device: client.summaryDevice,
      device_detail: client.browser,
      client: client.browser === '' ? 'Video sdk 2.1.0' : 'Web video sdk 2.1.0',
    };
    return {
      event: 'session.user_data_summary',
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object: { ...session(gathering), user: { ...user(participation), data: [item] } },
      },
    };
  },
  qos: (gathering, participation, at, samples) => ({
    event: 'session.user_qos',
    event_ts: at,
    payload: {
      account_id: gathering.accountId,
      object: { ...session(gathering), user: { ...user(participation), qos: samples } },
    },
  }),
  qosSummary: (gathering, participation, at) => ({
    event: 'session.user_qos_summary',
    event_ts: at,
    payload: {
      account_id: gathering.accountId,
      object: { ...session(gathering), user: { ...user(participation), qos: participation.summarize() } },
    },
  }),
};

function session(gathering: Gathering): SessionObject {
  return { session_id: gathering.uuid, session_name: gathering.topic, session_key: gathering.sessionKey };
}

function user({ joining, attendee }: Participation) {
  return {
    id: joining.number,
    name: attendee.name,
    user_key: attendee.userKey,
    is_original_host: joining.isOriginalHost,
  };
}
