import type {
  CallEvent,
  CallPartyEvent,
  DataEvent,
  Decoded,
  LifecycleEvent,
  Person,
  QosEvent,
} from '../zoom/decoded.js';
import type { Omission } from '../zoom/faults.js';
import { type Attribution, attribute } from './attribution.js';
import {
  type ContextStore,
  learn,
  meetingKey,
  participantId,
  participantKey,
  remembered,
} from './context.js';
import type { FieldSet } from './field-set.js';
import { pointsOfCall } from './from-call.js';
import { participantFields } from './from-details.js';
import { pointsOfQos } from './from-qos.js';
import type { PointOptions } from './options.js';
import { contextOf } from './participant-context.js';
import { type Point, PointSet } from './point-set.js';
import { shieldEvent } from './privacy.js';
import type { IdentifiedMeasurement } from './schema.js';
import { SeriesWriter } from './series-writer.js';
import { NOTHING_KNOWN, type Timed, valueAt, valuesAt } from './timed.js';
import { SeriesWriters } from './writers.js';

/** What one event becomes, and which parts of it could not be used. */
export type MadePoints = { readonly points: readonly Point[]; readonly omissions: readonly Omission[] };

/** What is remembered of a participant so that later points can carry it. */
const REMEMBERED_OF_PERSON = ['name', 'email', 'user_id', 'user_key'] as const;

/**
 * Turns events into points, one after another. The points are a function of the event, of what its addresses are attributed to, and
 * of what `store` holds from the events before it; what the event teaches is put into `store`. Personal values are treated before
 * either.
 */
export class PointMaker {
  readonly #options: PointOptions;
  readonly #writers: SeriesWriters;

  constructor(options: PointOptions) {
    this.#options = options;
    this.#writers = new SeriesWriters(options.contextTags);
  }

  /** What the lists and databases say now of an event's addresses; undefined for events that tell none. */
  attribute(event: Decoded): Attribution | undefined {
    return event.kind === 'data' ? attribute(event.details, this.#options) : undefined;
  }

  make(event: Decoded, store: ContextStore, attribution = this.attribute(event)): MadePoints {
    const omissions: Omission[] = [];
    const treated = shieldEvent(event, this.#options.shield);
    const context = treated.kind === 'data' ? { ...contextOf(treated.details), ...attribution } : {};
    const omit = (omission: Omission) => omissions.push(omission);
    return { points: this.#points(treated, context, store, omit), omissions };
  }

  #points(
    event: Decoded,
    context: Record<string, string>,
    store: ContextStore,
    omit: (omission: Omission) => void,
  ): Point[] {
    switch (event.kind) {
      case 'qos':
        return this.#qos(event, store, omit);
      case 'data':
        return this.#data(event, context, store, omit);
      case 'lifecycle':
        return this.#lifecycle(event, store);
      case 'call':
        return this.#call(event, store, omit);
      case 'call_party':
        return this.#callParty(event, store);
    }
  }

  #qos(event: QosEvent, store: ContextStore, omit: (omission: Omission) => void): Point[] {
    const key = participantKey(event, event.person);
    const known = store.get(key) ?? NOTHING_KNOWN;
    const identity = identityOf(event, event.person);
    let latest: { readonly moment: number; readonly writer: SeriesWriter } | undefined;
    const writerAt = (moment: number) => {
      if (latest?.moment !== moment)
        latest = { moment, writer: this.#writers.at(key, known, moment, identity) };
      return latest.writer;
    };
    const points = pointsOfQos(event, writerAt, this.#options, omit);
    if (points.length === 0) return [];
    return [...this.#newNames(event, store), ...this.#newPerson(event, known, store), ...points];
  }

  /**
   * Who a participant is, where an event with samples tells it first: a session's user, a name in a summary, an email address.
   * So people have names also in accounts that send no companion events.
   */
  #newPerson(event: QosEvent, known: Timed, store: ContextStore): Point[] {
    const { name, email, userId, userKey } = event.person;
    const told: Record<string, string | undefined> = { name, email, user_id: userId, user_key: userKey };
    const isNew = REMEMBERED_OF_PERSON.some(
      (text) => told[text] !== undefined && remembered(told[text]) !== valueAt(known, text, event.at),
    );
    return isNew ? this.#participant(event, event.person, {}, told, store) : [];
  }

  #data(
    event: DataEvent,
    context: Record<string, string>,
    store: ContextStore,
    omit: (omission: Omission) => void,
  ): Point[] {
    if (Object.keys(event.details).length === 0 && Object.keys(context).length === 0) return [];
    const names = this.#newNames(event, store);
    const unknown = (key: string) => omit({ reason: 'unknown_key', path: `data.${key}` });
    const fields = participantFields(event.person, event.details, unknown);
    return [...names, ...this.#participant(event, event.person, context, fields, store)];
  }

  #lifecycle(event: LifecycleEvent, store: ContextStore): Point[] {
    learn(store, meetingKey(event), event.at, event.names);
    const fields = { event: event.name, ...event.names };
    const meeting = this.#point('zoom_meeting', event, fields, event.durationMinutes);
    if (event.person === undefined) return meeting;
    const person = participantFields(event.person, event.details, () => {});
    return [...meeting, ...this.#participant(event, event.person, {}, person, store)];
  }

  #call(event: CallEvent, store: ContextStore, omit: (omission: Omission) => void): Point[] {
    const names = valuesAt(store.get(meetingKey(event)) ?? {}, event.at);
    return pointsOfCall(event, names, this.#options, omit);
  }

  #callParty(event: CallPartyEvent, store: ContextStore): Point[] {
    learn(store, meetingKey(event), event.at, event.parties);
    return this.#point('zoom_meeting', event, { event: event.name, ...event.parties });
  }

  /**
   * Names that an event tells which is no companion: a session's name, a number in a summary. Stored when they are new, and only
   * where the event has values: without any it is nothing to store.
   */
  #newNames(event: QosEvent | DataEvent, store: ContextStore): Point[] {
    if (Object.keys(event.names).length === 0) return [];
    const known = valuesAt(store.get(meetingKey(event)) ?? {}, event.at);
    if (Object.entries(event.names).every(([name, value]) => known[name] === remembered(value))) return [];
    learn(store, meetingKey(event), event.at, event.names);
    return this.#point('zoom_meeting', event, { event: event.name, ...event.names });
  }

  #participant(
    event: QosEvent | DataEvent | LifecycleEvent,
    person: Person,
    context: Record<string, string>,
    fields: Record<string, string | undefined>,
    store: ContextStore,
  ): Point[] {
    const key = participantKey(event, person);
    const lesson: Record<string, string | undefined> = { ...context };
    for (const name of REMEMBERED_OF_PERSON) lesson[name] = fields[name];
    const { known } = learn(store, key, event.at, lesson);
    const meeting: Timed = store.get(meetingKey(event)) ?? {};
    const { number, topic } = valuesAt(meeting, event.at);
    const knownNow = valuesAt(known, event.at);
    const enriched: Record<string, string | undefined> = { number, topic };
    for (const name of REMEMBERED_OF_PERSON) enriched[name] = knownNow[name];
    const writer = this.#writers.at(key, known, event.at, identityOf(event, person));
    const set = new PointSet();
    const series = writer.series('zoom_participant', 'zoom_participant', {});
    fill(set.at('zoom_participant', series, 'zoom_participant', event.at).fields, {
      ...enriched,
      ...defined(fields),
    });
    return set.points();
  }

  #point(
    measurement: IdentifiedMeasurement,
    event: Decoded,
    texts: Record<string, string | undefined>,
    durationMinutes?: number,
  ): Point[] {
    const writer = new SeriesWriter(identityOf(event, undefined), {}, this.#options.contextTags);
    const set = new PointSet();
    const { fields } = set.at(
      measurement,
      writer.series(measurement, measurement, {}),
      measurement,
      event.at,
    );
    fill(fields, texts);
    if (durationMinutes !== undefined) fields.set('duration_min', durationMinutes);
    return set.points();
  }
}

function identityOf({ accountId, source, meeting }: Decoded, person: Person | undefined) {
  const participant = person === undefined ? undefined : participantId(person);
  return { account_id: accountId, source, meeting, participant };
}

function defined(texts: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function fill(fields: FieldSet, texts: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) fields.set(name, value);
}
