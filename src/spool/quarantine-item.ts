import type { EventFault, ValueFault } from '../zoom/faults.js';

/** Why something lies in quarantine. */
export type QuarantineReason =
  | EventFault
  | ValueFault
  | 'not_json'
  | 'influx_bad_line'
  | 'influx_refused'
  | 'bug';

/**
 * Something that could not be used, kept so that it can be tried again:
 * `event` — nothing of it could be used; `values` — a copy of an event of which a part was left out; `line` — a point that
 * InfluxDB refused.
 */
export type QuarantineItem = {
  readonly kind: 'event' | 'values' | 'line';
  readonly reason: QuarantineReason;
  /** When it was put there, ms since 1970. */
  readonly at: number;
  /** The event's name, or the measurement of a line. */
  readonly name: string;
  /** What exactly was wrong, for a person to read. */
  readonly detail: string;
  /** The event's sequence number. */
  readonly seq: number;
  readonly receivedMs: number;
  /** The event as signed, or the line with its time in ms. */
  readonly content: Buffer | string;
};
