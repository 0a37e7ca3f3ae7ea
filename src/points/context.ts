import type { Decoded, Person } from '../zoom/decoded.js';
import { fold, type Timed } from './timed.js';

/** What has been learned from earlier events, by key. The spool keeps it in the transaction that drops those events. */
export type ContextStore = {
  get(key: string): Timed | undefined;
  set(key: string, value: Timed): void;
};

/** The tag `participant`: the join number, else the user's id, else the uuid of the join. */
export function participantId(person: Person): string | undefined {
  return person.number ?? person.userId ?? person.uuid;
}

/** The last key: each event asks for its own several times. */
let latest: { readonly of: readonly (string | undefined)[]; readonly key: string } = { of: [], key: '' };

/** Where what is known of a participant is kept. */
export function participantKey({ source, accountId, meeting }: Decoded, person: Person): string {
  const participant = participantId(person);
  const { of, key } = latest;
  if (of[0] === source && of[1] === accountId && of[2] === meeting && of[3] === participant && key !== '')
    return key;
  const made = JSON.stringify(['p', source, accountId, meeting, participant]);
  latest = { of: [source, accountId, meeting, participant], key: made };
  return made;
}

/** Where what is known of a meeting, session or call is kept. */
export function meetingKey({ source, accountId, meeting }: Decoded): string {
  return JSON.stringify(['m', source, accountId, meeting]);
}

/** Nothing longer is stored as a text, let alone as a tag. */
const LONGEST_KEPT = 4_096;

/** A value as it is remembered. */
export function remembered(value: string | undefined): string | undefined {
  return value === undefined || value.length <= LONGEST_KEPT
    ? value
    : Buffer.from(value.slice(0, LONGEST_KEPT).toWellFormed()).toString();
}

/** Folds values into what is known under a key, and gives what is known now. */
export function learn(
  store: ContextStore,
  key: string,
  at: number,
  values: Readonly<Record<string, string | undefined>>,
): { readonly known: Timed; readonly changed: boolean } {
  const before = store.get(key) ?? {};
  const known = fold(
    before,
    at,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, remembered(value)])),
  );
  if (known !== before) store.set(key, known);
  return { known, changed: known !== before };
}
