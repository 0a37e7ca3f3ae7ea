/** What is done to the spool, one step at a time; plain data, for it goes to another process. */
export type Step =
  /** Events that come together; each is a text of its own number and so many bytes. */
  | { readonly do: 'append'; readonly events: readonly { readonly name: number; readonly bytes: number }[] }
  /** Fixes the first so many waiting events as the batch that is written. */
  | { readonly do: 'plan'; readonly count: number }
  /** Takes the first so many waiting events out, with every outcome. */
  | { readonly do: 'commit'; readonly count: number }
  /** Has everything in quarantine tried again, as a person asks for it. */
  | { readonly do: 'ask_retry' }
  /** Takes that up, as the writer does. */
  | { readonly do: 'take_retries' }
  /** Deletes the oldest item of the quarantine. */
  | { readonly do: 'drop' };

/** What a step came to. */
export type StepResult = {
  /** Which events were stored, in the order of the step. */
  readonly stored?: readonly boolean[];
  /** Bytes of the spool before the step, against its limit. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
};

/** Everything that can be told of a spool. */
export type State = {
  readonly counts: Readonly<Record<string, number>>;
  /** Waiting events: number, name, bytes, whether it is tried again. */
  readonly waiting: readonly (readonly [seq: number, name: number, bytes: number, again: boolean])[];
  readonly plan: readonly number[];
  readonly quarantine: readonly (readonly [id: number, kind: string, seq: number])[];
  /** Which items are to be tried again. */
  readonly retry: readonly number[];
  /** Numbers of the events that were taken out, as what they left behind tells. */
  readonly seen: readonly number[];
  readonly context: readonly number[];
};

/** What becomes of an event when it is taken out: decided by its number, so that both sides know. */
export const OUTCOMES = ['written', 'quarantined', 'repeated', 'written_with_copy', 'ignored'] as const;
export const outcomeOf = (seq: number): (typeof OUTCOMES)[number] =>
  OUTCOMES[seq % OUTCOMES.length] ?? 'written';
