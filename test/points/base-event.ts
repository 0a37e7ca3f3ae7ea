import type { JsonRecord } from '../../src/zoom/json.js';

/** What a test may change of the base event. */
export type BaseChanges = {
  readonly eventTs?: unknown;
  readonly uuid?: unknown;
  readonly participant?: JsonRecord;
  readonly qos?: unknown;
};

/** Time of the base event's sample: 2025-10-09T08:54:00Z. */
export const BASE_TIME = 1_760_000_040_000;

/** One live audio sample of one participant, in the form that Zoom's reference shows. */
export function baseEvent({ eventTs, uuid, participant, qos }: BaseChanges = {}): JsonRecord {
  return {
    event: 'meeting.participant_qos',
    event_ts: eventTs ?? 1_760_000_061_000,
    payload: {
      account_id: 'ACC0000000000000000001',
      object: {
        uuid: uuid ?? 'abcdEFGH1234ijklMNOP5w==',
        participant: {
          user_id: '16778240',
          participant_user_id: '',
          email: '',
          qos: qos ?? [sample('audio_input', BASE_DETAILS)],
          ...participant,
        },
      },
    },
  };
}

export const BASE_DETAILS = {
  bitrate: '63 kbps',
  latency: '134 ms',
  jitter: '6 ms',
  avg_loss: '0.0%',
  max_loss: '0.0%',
};

/** One entry of `qos[]`, of the base event's minute. */
export function sample(
  type: string,
  details: unknown,
  dateTime: unknown = '2025-10-09T08:54:00Z',
): JsonRecord {
  return { date_time: dateTime, type, details };
}

/** The base event with one sample of these details. */
export function baseWith(details: unknown, type = 'audio_input'): JsonRecord {
  return baseEvent({ qos: [sample(type, details)] });
}

/** A data event about the base event's participant. */
export function baseData(data: unknown, changes: BaseChanges = {}): JsonRecord {
  return {
    event: 'meeting.participant_data',
    event_ts: changes.eventTs ?? 1_760_000_030_000,
    payload: {
      account_id: 'ACC0000000000000000001',
      object: {
        uuid: changes.uuid ?? 'abcdEFGH1234ijklMNOP5w==',
        participant: { participant_id: '16778240', data, ...changes.participant },
      },
    },
  };
}
