/** An event as it lies in the spool: when it came, whether a repetition counts, and the bytes that were signed. */
export type SpooledEvent = {
  readonly receivedMs: number;
  /** Taken back from quarantine, or replayed with that wish: it may have been seen before and is worked on all the same. */
  readonly again: boolean;
  readonly body: Buffer;
};

const VERSION = 1;
const HEADER_BYTES = 8;

/** One byte version, one byte flags, six bytes time of arrival (ms since 1970), then the body. */
export function packEvent({ receivedMs, again, body }: SpooledEvent): Buffer {
  const packed = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  packed[0] = VERSION;
  packed[1] = again ? 1 : 0;
  packed.writeUIntBE(Math.max(0, Math.floor(receivedMs)), 2, 6);
  body.copy(packed, HEADER_BYTES);
  return packed;
}

/** Reverses {@link packEvent}; the body shares the given bytes. */
export function unpackEvent(packed: Buffer): SpooledEvent {
  return {
    receivedMs: packed.readUIntBE(2, 6),
    again: packed[1] === 1,
    body: packed.subarray(HEADER_BYTES),
  };
}
