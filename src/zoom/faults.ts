/** Why an event can't be turned into points at all; the event goes to quarantine. */
export type EventFault = 'no_object' | 'no_meeting' | 'no_participant' | 'no_time' | 'not_readable';

/** Why a part of an event was left out while the rest was kept. */
export type ValueFault = 'unreadable_value' | 'unreadable_time' | 'unreadable_entry' | 'unknown_key';

/** One part that was left out: where it stands and, shortened, what it was. */
export type Omission = { readonly reason: ValueFault; readonly path: string };

/** The event is Zoom's but holds too little to be stored. */
export class DecodeError extends Error {
  readonly code: EventFault;

  constructor(code: EventFault, message: string) {
    super(message);
    this.name = 'DecodeError';
    this.code = code;
  }
}
