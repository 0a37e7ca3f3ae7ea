/** An event as it lies in the spool: when it came, whether a repetition counts, and the bytes that were signed. */
export type SpooledEvent = {
  readonly receivedMs: number;
  /** Taken back from quarantine, or replayed with that wish: it may have been seen before and is worked on all the same. */
  readonly again: boolean;
  /** Its `event_ts`, ms since 1970, where whoever stored it had read that: it is put in order without being parsed. */
  readonly at?: number;
  readonly body: Buffer;
};

/** An event as it was read from the spool, with its number there. */
export type WaitingEvent = SpooledEvent & { readonly seq: number };

/** What has to be known of a waiting event to put it in order, if its `at` was read before it was stored. */
export type Arrived = { readonly seq: number; readonly receivedMs: number; readonly at: number | undefined };

/** The first form has no `at`; events in it are still written where that is not known. */
const WITHOUT_AT = 1;
const WITH_AT = 2;

const TIME_BYTES = 6;
const HEADER_BYTES = 2 + TIME_BYTES;

/** One byte version, one byte flags, six bytes time of arrival (ms since 1970), six bytes `at` in version 2, then the body. */
export function packEvent({ receivedMs, again, at, body }: SpooledEvent): Buffer {
  const start = at === undefined ? HEADER_BYTES : HEADER_BYTES + TIME_BYTES;
  const packed = Buffer.allocUnsafe(start + body.length);
  packed[0] = at === undefined ? WITHOUT_AT : WITH_AT;
  packed[1] = again ? 1 : 0;
  packed.writeUIntBE(Math.max(0, Math.floor(receivedMs)), 2, TIME_BYTES);
  if (at !== undefined) packed.writeUIntBE(at, HEADER_BYTES, TIME_BYTES);
  body.copy(packed, start);
  return packed;
}

/** Reverses {@link packEvent}; the body shares the given bytes. */
export function unpackEvent(packed: Buffer): SpooledEvent {
  const { receivedMs, at } = timesOf(packed);
  const again = packed[1] === 1;
  return at === undefined
    ? { receivedMs, again, body: packed.subarray(HEADER_BYTES) }
    : { receivedMs, again, at, body: packed.subarray(HEADER_BYTES + TIME_BYTES) };
}

/** When a packed event came, and its `at` where it has one. */
export function timesOf(packed: Buffer): { readonly receivedMs: number; readonly at: number | undefined } {
  return {
    receivedMs: packed.readUIntBE(2, TIME_BYTES),
    at: packed[0] === WITH_AT ? packed.readUIntBE(HEADER_BYTES, TIME_BYTES) : undefined,
  };
}
