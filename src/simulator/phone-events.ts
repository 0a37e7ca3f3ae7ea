import type { PhoneParty, ZoomEvent } from './event-types.js';
import type { PhoneSample } from './sample-types.js';
import { isoSeconds } from './time.js';

/** One side of a call as its events name it. */
export interface PartyFacts {
  readonly role: 'caller' | 'callee';
  /** `""` for a party outside the account. */
  readonly userId: string;
  readonly email: string;
  readonly description: PhoneParty;
}

/** A phone call as its events name it. */
export interface CallFacts {
  readonly accountId: string;
  readonly callId: string;
  readonly ringsAt: number;
  readonly answeredAt: number;
  readonly endsAt: number;
  readonly caller: PartyFacts;
  readonly callee: PartyFacts;
}

type FlowEvent =
  | 'phone.caller_connected'
  | 'phone.callee_answered'
  | 'phone.caller_ended'
  | 'phone.callee_ended';

/** An event of the call's course: connected, answered, ended. */
export function createFlowEvent(event: FlowEvent, call: CallFacts, at: number): ZoomEvent {
  const times = {
    'phone.caller_connected': { connected_start_time: isoSeconds(call.answeredAt) },
    'phone.callee_answered': { answer_start_time: isoSeconds(call.answeredAt) },
    'phone.caller_ended': { answer_start_time: isoSeconds(call.answeredAt), ...ending(call) },
    'phone.callee_ended': { answer_start_time: isoSeconds(call.answeredAt), ...ending(call) },
  };
  return {
    event,
    event_ts: at,
    payload: {
      account_id: call.accountId,
      object: {
        call_id: call.callId,
        caller: call.caller.description,
        callee: call.callee.description,
        ringing_start_time: isoSeconds(call.ringsAt),
        ...times[event],
      },
    },
  };
}

/** One live sample: `call_qos` and its `qos` are objects, and the call has no end yet. */
export function createCallQos(
  call: CallFacts,
  party: PartyFacts,
  sample: PhoneSample,
  at: number,
): ZoomEvent {
  return {
    event: 'phone.call_qos',
    event_ts: at,
    payload: {
      account_id: call.accountId,
      object: {
        call_id: call.callId,
        call_start_time: isoSeconds(call.answeredAt),
        call_qos: { type: party.role, id: party.userId, ...email(party), qos: sample },
      },
    },
  };
}

/** The samples of the whole call: here `call_qos` and `qos` are arrays and the party's key is `user_id`. */
export function createCallQosSummary(
  call: CallFacts,
  sides: readonly { readonly facts: PartyFacts; readonly samples: readonly PhoneSample[] }[],
  at: number,
): ZoomEvent {
  return {
    event: 'phone.call_qos_summary',
    event_ts: at,
    payload: {
      account_id: call.accountId,
      object: {
        call_id: call.callId,
        call_start_time: isoSeconds(call.answeredAt),
        call_end_time: isoSeconds(call.endsAt),
        call_qos: sides.map(({ facts, samples }) => ({
          type: facts.role,
          user_id: facts.userId,
          ...email(facts),
          qos: samples,
        })),
      },
    },
  };
}

// `handup_result` is how Zoom spells it.
function ending(call: CallFacts): { call_end_time: string; handup_result: string } {
  return { call_end_time: isoSeconds(call.endsAt), handup_result: 'Call connected' };
}

function email(party: PartyFacts): { user_email?: string } {
  return party.email === '' ? {} : { user_email: party.email };
}
