import type { Source } from './event-names.js';
import type { JsonRecord } from './json.js';
import type { RegularDetails } from './regular-samples.js';

/** Texts by name; only values that were there. */
export type Texts = Readonly<Record<string, string>>;

/** A person as far as an event names them. `number` is valid for one join only. */
export type Person = {
  readonly number: string | undefined;
  readonly userId: string | undefined;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly userKey: string | undefined;
  readonly uuid: string | undefined;
};

/** One entry of `qos[]`: its metrics are still as Zoom wrote them. `time` is in milliseconds since 1970. */
export type Sample = {
  readonly time: number;
  readonly type: string;
  readonly details: JsonRecord | RegularDetails;
};

type Common = {
  readonly name: string;
  readonly source: Source;
  readonly accountId: string | undefined;
  /** `event_ts`, in milliseconds since 1970. */
  readonly at: number;
  /** The meeting's or webinar's uuid, the session's id, the call's id: as received. */
  readonly meeting: string;
};

/** `*_qos` and `*_qos_summary` of meetings, webinars and sessions. */
export type QosEvent = Common & {
  readonly kind: 'qos';
  readonly summary: boolean;
  readonly person: Person;
  readonly names: Texts;
  readonly samples: readonly Sample[];
};

/** `*_data` and `*_data_summary`; the entries of `data[]` merged, under Zoom's keys. */
export type DataEvent = Common & {
  readonly kind: 'data';
  readonly person: Person;
  readonly names: Texts;
  readonly details: Texts;
};

/** `phone.call_qos` and `phone.call_qos_summary`. */
export type CallEvent = Common & {
  readonly kind: 'call';
  readonly parties: readonly {
    readonly party: string;
    readonly userId: string | undefined;
    readonly email: string | undefined;
    readonly samples: readonly Sample[];
  }[];
};

/** A meeting, webinar or session starts or ends, or someone joins or leaves it. */
export type LifecycleEvent = Common & {
  readonly kind: 'lifecycle';
  readonly names: Texts;
  readonly durationMinutes: number | undefined;
  readonly person: Person | undefined;
  /** What is said of the person beside who they are: join and leave time, reason, phone number. */
  readonly details: Texts;
};

/** An event that names a call's parties, such as `phone.callee_answered`. Keys are `caller_*` and `callee_*`. */
export type CallPartyEvent = Common & {
  readonly kind: 'call_party';
  readonly parties: Texts;
};

/** An event understood as far as its structure goes. */
export type Decoded = QosEvent | DataEvent | CallEvent | LifecycleEvent | CallPartyEvent;
