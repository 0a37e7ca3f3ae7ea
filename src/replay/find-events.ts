import type { Input } from './inputs.js';
import { type Found, readInput } from './read-input.js';
import type { Summary } from './summary.js';
import { isWithin, type TimeRange } from './time-range.js';
import { TimeWindow } from './time-window.js';

/** An event of the input that is meant. */
export type FoundEvent = Extract<Found, { kind: 'event' }>;

/** Something of the input that could not be read. */
export type Unreadable = Extract<Found, { kind: 'unreadable' }>;

export type FindOptions = {
  readonly inputs: readonly Input[];
  readonly range: TimeRange;
  /** Counted up meanwhile; `taken` is left to the caller. */
  readonly summary: Summary;
  readonly onBytes: (bytes: number) => void;
  readonly onUnreadable: (unreadable: Unreadable) => void;
  readonly signal: AbortSignal;
};

/** All events of the inputs that are meant, about in the order in which they happened. */
export async function* findEvents(options: FindOptions): AsyncGenerator<FoundEvent> {
  const { inputs, onBytes, signal } = options;
  const window = new TimeWindow<FoundEvent>();
  for (const input of inputs)
    for await (const stretch of readInput(input, onBytes)) {
      for (const found of stretch) if (isMeant(found, options)) yield* window.push(found);
      if (signal.aborted) return;
    }
  yield* window.drain();
}

function isMeant(found: Found, { range, summary, onUnreadable }: FindOptions): found is FoundEvent {
  summary.read += 1;
  switch (found.kind) {
    case 'event':
      if (isWithin(range, found.at)) return true;
      summary.skipped += 1;
      return false;
    case 'validation':
      summary.validations += 1;
      return false;
    case 'unreadable':
      summary.unreadable += 1;
      onUnreadable(found);
      return false;
  }
}
