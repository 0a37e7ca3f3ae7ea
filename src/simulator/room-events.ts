import type { EventShapes, Gathering } from './event-shapes.js';
import { leaveReason } from './event-shapes.js';
import type { MeetingObject, RoomKind } from './event-types.js';
import type { Participation } from './participation.js';
import type { DataItem } from './sample-types.js';
import { isoSeconds } from './time.js';

const SCHEDULED_MEETING = 2;
const WEBINAR = 5;

/** The events of meetings and webinars, which differ in their names and in two summaries' keys. */
export function createRoomShapes(kind: RoomKind): EventShapes {
  return {
    started: (gathering, at) => ({
      event: `${kind}.started`,
      event_ts: at,
      payload: { account_id: gathering.accountId, object: meetingObject(gathering) },
    }),
    ended: (gathering, at) => ({
      event: `${kind}.ended`,
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object: { ...meetingObject(gathering), end_time: isoSeconds(at) },
      },
    }),
    joined: (gathering, participation, at) => ({
      event: `${kind}.participant_joined`,
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object: {
          ...meetingObject(gathering),
          participant: {
            ...who(participation),
            participant_uuid: participation.uuid,
            join_time: isoSeconds(participation.joining.joinedAt),
            email: participation.attendee.email,
            participant_user_id: participation.attendee.userId,
          },
        },
      },
    }),
    left: (gathering, participation, at) => ({
      event: `${kind}.participant_left`,
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object: {
          ...meetingObject(gathering),
          participant: {
            ...who(participation),
            participant_uuid: participation.uuid,
            leave_time: isoSeconds(participation.joining.leavesAt),
            leave_reason: leaveReason(participation),
            email: participation.attendee.email,
            participant_user_id: participation.attendee.userId,
          },
        },
      },
    }),
    data: (gathering, participation, at) => ({
      event: `${kind}.participant_data`,
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object: { uuid: gathering.uuid, participant: withData(participation, participation.dataItem()) },
      },
    }),
    dataSummary: (gathering, participation, at) => ({
      event: `${kind}.participant_data_summary`,
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object:
          kind === 'meeting'
            ? {
                uuid: gathering.uuid,
                id: gathering.number,
                participant: withData(participation, meetingSummaryItem(participation)),
              }
            : {
                uuid: gathering.uuid,
                participant: withData(participation, webinarSummaryItem(participation)),
              },
      },
    }),
    qos: (gathering, { joining, attendee }, at, samples) => ({
      event: `${kind}.participant_qos`,
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object: {
          uuid: gathering.uuid,
          participant: {
            user_id: joining.number,
            participant_user_id: attendee.userId,
            email: attendee.email,
            qos: samples,
          },
        },
      },
    }),
    qosSummary: (gathering, participation, at) => ({
      event: `${kind}.participant_qos_summary`,
      event_ts: at,
      payload: {
        account_id: gathering.accountId,
        object: {
          uuid: gathering.uuid,
          id: gathering.number,
          participant: {
            participant_id: participation.joining.number,
            user_name: participation.attendee.name,
            id: participation.attendee.userId,
            email: participation.attendee.email,
            qos: participation.summarize(),
          },
        },
      },
    }),
  };
}

function meetingObject(gathering: Gathering): MeetingObject {
  return {
    id: gathering.number,
    uuid: gathering.uuid,
    host_id: gathering.hostId,
    topic: gathering.topic,
    type: gathering.kind === 'webinar' ? WEBINAR : SCHEDULED_MEETING,
    start_time: isoSeconds(gathering.startedAt),
    timezone: gathering.timezone,
    duration: gathering.plannedMinutes,
  };
}

function who({ joining, attendee }: Participation): { user_id: string; user_name: string; id: string } {
  return { user_id: joining.number, user_name: attendee.name, id: attendee.userId };
}

function withData({ joining, attendee }: Participation, item: DataItem) {
  return {
    participant_id: joining.number,
    participant_user_id: attendee.userId,
    email: attendee.email,
    data: [item],
  };
}

function meetingSummaryItem(participation: Participation): DataItem {
  const { client } = participation.attendee;
  return {
    ...participation.dataItem(),
    device: client.summaryDevice,
    device_detail: client.browser,
    client: client.browser === '' ? '' : `Web meeting sdk ${client.version}`,
  };
}

// The webinar summary still lists `3G` where everything else says `Cellular`.
function webinarSummaryItem(participation: Participation): DataItem {
  const item = participation.dataItem();
  return {
    ...item,
    device: participation.attendee.client.summaryDevice,
    network_type: item.network_type === 'Cellular' ? '3G' : item.network_type,
  };
}
