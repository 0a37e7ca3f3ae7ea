import type { BatchLine } from '../influx/line-batch.js';
import { LineBlock } from '../influx/line-block.js';
import type { Attribution } from '../points/attribution.js';
import type { ContextStore } from '../points/context.js';
import { participantId, participantKey } from '../points/context.js';
import { isWritten } from '../points/line.js';
import type { PointMaker } from '../points/make-points.js';
import type { Point } from '../points/point-set.js';
import { dropSuperseded, type Written, writtenBy } from '../points/supersede.js';
import type { EventOutcome } from '../spool/counts.js';
import type { WaitingEvent } from '../spool/packed-event.js';
import type { QuarantineItem, QuarantineReason } from '../spool/quarantine-item.js';
import { contentHash, type SeenEntry, seenKey } from '../spool/seen.js';
import { type DecodeResult, decode } from '../zoom/decode.js';
import { DecodeError, type Omission } from '../zoom/faults.js';
import { isRecord, type JsonRecord, parseJson } from '../zoom/json.js';
import { type RegularSample, splitEvent } from '../zoom/regular-samples.js';
import { readEpoch } from '../zoom/timestamp.js';

/**
 * How many events with readings of one participant for one moment are remembered. Some accounts get one event for each of the 24
 * stream types, each minute, and any of them may come again.
 */
const MAX_SHARING = 64;

/** Their hashes alone are small, and tell repetitions. */
const MAX_HASHES = 512;

/** An event with more series than these is none of Zoom's; what it wrote is not remembered. */
const MAX_REMEMBERED_SERIES = 200;

/** A waiting event, parsed as far as that goes. */
export type ParsedEvent = {
  readonly seq: number;
  readonly receivedMs: number;
  readonly again: boolean;
  readonly hash: string;
  readonly body: Buffer;
  readonly json: JsonRecord | undefined;
  /** The entries of its only `qos` list, where that is empty in `json` because they were read apart. */
  readonly samples?: readonly RegularSample[] | undefined;
  readonly name: string;
};

/** Why an event holds nothing to store. */
export type IgnoreReason = 'unknown_event' | 'no_values' | 'superseded';

/** What became of one event. */
export type Worked = {
  readonly outcome: EventOutcome;
  readonly reason: IgnoreReason | QuarantineReason | undefined;
  /** Those that are stored. */
  readonly points: readonly Point[];
  /** The points in line protocol. */
  readonly lines: readonly BatchLine[];
  readonly omissions: readonly Omission[];
  readonly superseded: number;
  readonly quarantine: QuarantineItem | undefined;
  /** What its addresses were attributed to; undefined where it tells none. */
  readonly attribution?: Attribution | undefined;
};

/** The lines of an event are only made where somebody wants to see them: a batch takes the points. */
class WorkedOut implements Worked {
  readonly outcome: Worked['outcome'];
  readonly reason: Worked['reason'];
  readonly points: Worked['points'];
  readonly omissions: Worked['omissions'];
  readonly superseded: number;
  readonly quarantine: Worked['quarantine'];
  readonly attribution: Worked['attribution'];
  readonly #seq: number;

  constructor(seq: number, worked: Omit<Worked, 'lines'>) {
    this.outcome = worked.outcome;
    this.reason = worked.reason;
    this.points = worked.points;
    this.omissions = worked.omissions;
    this.superseded = worked.superseded;
    this.quarantine = worked.quarantine;
    this.attribution = worked.attribution;
    this.#seq = seq;
  }

  get lines(): readonly BatchLine[] {
    return LineBlock.ofPoints(this.points, this.#seq).toLines();
  }
}

/** Where what has been seen is looked up and noted. */
export type SeenStore = {
  get(key: string): SeenEntry | undefined;
  set(key: string, entry: SeenEntry): void;
};

/** Parses a waiting event. Text that is no JSON object comes out without `json`. */
export function parseEvent({ seq, receivedMs, again, body }: WaitingEvent): ParsedEvent {
  const hash = contentHash(body);
  let json: JsonRecord | undefined;
  let samples: readonly RegularSample[] | undefined;
  try {
    const text = body.toString('utf8');
    const split = splitEvent(text);
    const value = split === undefined ? parseJson(text) : split.json;
    if (isRecord(value)) json = value;
    samples = split?.samples;
  } catch {
    // Stays undefined: it goes to quarantine.
  }
  const name = typeof json?.['event'] === 'string' ? json['event'] : '';
  return { seq, receivedMs, again, hash, body, json, samples, name };
}

/** When an event happened, for the order of work: `event_ts`, else its arrival. */
export function happenedAt({ json, receivedMs }: Pick<ParsedEvent, 'json' | 'receivedMs'>): number {
  return readEpoch(json?.['event_ts']) ?? receivedMs;
}

/** Turns events into lines, one after the other, and says what became of each. */
export class Worker {
  readonly #maker: PointMaker;

  constructor(maker: PointMaker) {
    this.#maker = maker;
  }

  /** @param attribution what its addresses were attributed to where it is repeated; looked up where that is undefined */
  work(event: ParsedEvent, context: ContextStore, seen: SeenStore, attribution?: Attribution): Worked {
    try {
      return this.#work(event, context, seen, attribution);
    } catch (error) {
      const reason = error instanceof DecodeError ? error.code : 'bug';
      return this.#unusable(event, seen, reason, error instanceof Error ? error.message : String(error));
    }
  }

  #work(
    event: ParsedEvent,
    context: ContextStore,
    seen: SeenStore,
    planned: Attribution | undefined,
  ): Worked {
    if (event.json === undefined)
      return this.#unusable(event, seen, 'not_json', 'the body is not a JSON object');
    const decoded = decode(event.json, event.receivedMs, event.samples);
    const key = keyOf(event, decoded);
    const before = seen.get(key);
    if (isRepeated(event, before)) return finished('repeated', undefined);
    if (decoded === undefined) {
      this.#remember(event, key, seen, before, undefined);
      return finished('ignored', 'unknown_event');
    }
    const attribution = planned ?? this.#maker.attribute(decoded.event);
    const { points: made, omissions } = this.#maker.make(decoded.event, context, attribution);
    const moment = sharedMoment(decoded);
    const written = moment === undefined ? undefined : writtenBy(made, decoded.event.at, moment);
    const earlier = before?.events.flatMap((other) => other.written ?? []) ?? [];
    const superseded = moment === undefined ? 0 : dropSuperseded(made, decoded.event.at, moment, earlier);
    this.#remember(event, key, seen, before, written);
    const points = made.every(isStored) ? made : made.filter(isStored);
    const all = omissions.length === 0 ? decoded.omissions : [...decoded.omissions, ...omissions];
    const [first] = all;
    const unusable = points.length === 0 && first !== undefined;
    const left = superseded > 0 ? 'superseded' : 'no_values';
    return new WorkedOut(event.seq, {
      outcome: points.length > 0 ? 'written' : unusable ? 'quarantined' : 'ignored',
      reason: points.length > 0 ? undefined : unusable ? first.reason : left,
      points,
      omissions: all,
      superseded,
      quarantine: copyFor(event, all, points.length),
      attribution,
    });
  }

  #remember(
    event: ParsedEvent,
    key: string,
    seen: SeenStore,
    entry: SeenEntry | undefined,
    written: Written | undefined,
  ): void {
    const isUsual = written !== undefined && written.names.length <= MAX_REMEMBERED_SERIES;
    const own = isUsual ? { hash: event.hash, written } : { hash: event.hash };
    if (entry === undefined) {
      seen.set(key, { receivedMs: event.receivedMs, events: [own] });
      return;
    }
    const before = entry.events.filter(({ hash }) => hash !== event.hash);
    const events = [...before, own].slice(-MAX_HASHES);
    const shortened = events.map((other, index) =>
      index < events.length - MAX_SHARING ? { hash: other.hash } : other,
    );
    seen.set(key, { receivedMs: event.receivedMs, events: shortened });
  }

  #unusable(event: ParsedEvent, seen: SeenStore, reason: QuarantineReason, detail: string): Worked {
    const key = ownKey(event);
    const before = seen.get(key);
    if (isRepeated(event, before)) return finished('repeated', undefined);
    this.#remember(event, key, seen, before, undefined);
    return {
      ...finished('quarantined', reason),
      quarantine: quarantineItem(event, 'event', reason, detail),
    };
  }
}

function isRepeated(event: ParsedEvent, before: SeenEntry | undefined): boolean {
  return !event.again && before?.events.some(({ hash }) => hash === event.hash) === true;
}

/** A key that an event shares only with its own repetitions; nothing in it depends on when the event came. */
function ownKey({ json, hash }: ParsedEvent): string {
  return seenKey(happenedAt({ json, receivedMs: 0 }), hash);
}

/** The moment of a live event's readings, by which it is put beside other events of the same participant. */
function sharedMoment(decoded: DecodeResult): number | undefined {
  if (decoded?.event.kind !== 'qos' || decoded.event.summary) return undefined;
  // Of people without any number or id nobody knows whether they are the same.
  return participantId(decoded.event.person) === undefined ? undefined : decoded.event.samples[0]?.time;
}

/**
 * Events with readings of one participant for one moment share a key, so that an older one is recognised beside a newer one.
 * All others have their own.
 */
function keyOf(event: ParsedEvent, decoded: DecodeResult): string {
  const moment = sharedMoment(decoded);
  if (decoded?.event.kind !== 'qos' || moment === undefined) return ownKey(event);
  return seenKey(moment, `${moment}|${participantKey(decoded.event, decoded.event.person)}`);
}

function finished(outcome: EventOutcome, reason: Worked['reason']): Worked {
  return { outcome, reason, points: [], lines: [], omissions: [], superseded: 0, quarantine: undefined };
}

/** Whether anything of a point is left after cleaning. */
function isStored({ fields }: Point): boolean {
  for (let place = 0; place < fields.names.length; place += 1) {
    const value = fields.valueAt(place);
    if (value !== undefined && isWritten(value)) return true;
  }
  return false;
}

/** An event of which a part could not be read is kept, whole; keys that are merely unknown don't call for it. */
function copyFor(
  event: ParsedEvent,
  omissions: readonly Omission[],
  lines: number,
): QuarantineItem | undefined {
  const unreadable = omissions.filter(({ reason }) => reason !== 'unknown_key');
  const [first] = lines === 0 ? omissions : unreadable;
  if (first === undefined) return undefined;
  const told = (lines === 0 ? omissions : unreadable)
    .slice(0, 20)
    .map(({ reason, path }) => `${reason} at ${path}`);
  return quarantineItem(event, lines === 0 ? 'event' : 'values', first.reason, told.join('; '));
}

/** What is kept of an event in quarantine. */
export function quarantineItem(
  event: Pick<ParsedEvent, 'seq' | 'receivedMs' | 'body' | 'name'>,
  kind: 'event' | 'values',
  reason: QuarantineReason,
  detail: string,
): QuarantineItem {
  return {
    kind,
    reason,
    at: event.receivedMs,
    name: event.name === '' ? '(no name)' : event.name.slice(0, 200),
    detail: detail.slice(0, 2000),
    seq: event.seq,
    receivedMs: event.receivedMs,
    content: event.body,
  };
}
