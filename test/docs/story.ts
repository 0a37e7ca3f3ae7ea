import { exampleOwnPoint } from '../../scripts/docs/example-own-point.js';
import { tellStory } from '../../scripts/docs/story-lines.js';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import { type BatchLine, renderLine } from '../../src/influx/line-batch.js';
import { type Account, createAccount } from '../../src/simulator/account.js';
import type { ZoomEvent } from '../../src/simulator/event-types.js';
import type { FaultKind } from '../../src/simulator/faults.js';
import type { TestInflux } from '../helpers/influx.js';

/** Tuesday, ten o'clock in Berlin. */
export const START = Date.parse('2026-02-03T09:00:00Z');
export const STOP = Date.parse('2026-02-03T10:25:00Z');

/** A week before, and in another month. */
export const BEFORE = Date.parse('2026-01-27T09:00:00Z');
const BEFORE_MINUTES = 30;

const ACCOUNT_ID = 'docs-account';
const BATCH_LINES = 10_000;
const MINUTE = 60_000;

/** The account whose story the cookbook is tried on: every kind of planted fault is in it. */
export function mixedAccount(): Account {
  return createAccount({
    seed: 12,
    participants: 160,
    meetings: 12,
    scenario: 'mixed',
    startTime: START,
    accountId: ACCOUNT_ID,
  });
}

/** The same offices a week before, when one of them lost packets all the time. */
function accountBefore(): Account {
  return createAccount({
    seed: 13,
    participants: 60,
    meetings: 10,
    scenario: 'bad-site',
    startTime: BEFORE,
    accountId: ACCOUNT_ID,
  });
}

/** What happened in the story that queries can be asked about. */
export type Told = {
  /** Email addresses of those who sent samples in a meeting in every one of these minutes. */
  presentAround(at: number, minutes: number): ReadonlySet<string>;
  /** The uuid of a meeting that is over. */
  readonly endedMeeting: string;
};

/** Writes everything that the cookbook's queries ask about. */
export async function seedStory(influx: TestInflux): Promise<Told> {
  const writer = new InfluxWriter({
    url: influx.url,
    token: influx.writeToken,
    org: influx.org,
    bucket: influx.bucket,
  });
  const listener = new Listener();
  try {
    await writeAll(writer, linesOf(accountBefore(), BEFORE, BEFORE_MINUTES));
    await writeAll(writer, linesOf(mixedAccount(), START, (STOP - START) / MINUTE, listener));
    await writeAll(writer, bridgeLines());
  } finally {
    writer.close();
  }
  return listener;
}

class Listener implements Told {
  readonly #minutes = new Map<string, Set<number>>();
  endedMeeting = '';

  hear(event: ZoomEvent): void {
    if (event.event === 'meeting.ended' && this.endedMeeting === '')
      this.endedMeeting = event.payload.object.uuid;
    if (event.event !== 'meeting.participant_qos') return;
    const { email, qos } = event.payload.object.participant;
    const minutes = this.#minutes.get(email) ?? new Set();
    minutes.add(Date.parse(qos[0]?.date_time ?? '') / MINUTE);
    this.#minutes.set(email, minutes);
  }

  presentAround(at: number, minutes: number): ReadonlySet<string> {
    const all = Array.from({ length: 2 * minutes + 1 }, (_, index) => at / MINUTE - minutes + index);
    return new Set(
      [...this.#minutes]
        .filter(([, seen]) => all.every((minute) => seen.has(minute)))
        .map(([email]) => email),
    );
  }
}

/** Writes lines in batches; throws where InfluxDB does not take them all. */
export async function writeAll(writer: InfluxWriter, lines: Iterable<BatchLine>): Promise<number> {
  let batch: string[] = [];
  let written = 0;
  const send = async (): Promise<void> => {
    const outcome = await writer.send(batch, 'ms');
    if (outcome.kind !== 'stored') throw new Error(`not stored: ${JSON.stringify(outcome)}`);
    written += batch.length;
    batch = [];
  };
  for (const line of lines) {
    batch.push(renderLine(line, 'ms'));
    if (batch.length === BATCH_LINES) await send();
  }
  if (batch.length > 0) await send();
  return written;
}

/** Whom or what a kind of planted fault hits. */
export function plantedOn(kind: FaultKind): ReadonlySet<string> {
  return new Set(
    mixedAccount()
      .faults.filter((fault) => fault.kind === kind)
      .map(({ subject }) => subject),
  );
}

function* linesOf(
  account: Account,
  start: number,
  minutes: number,
  listener?: Listener,
): Generator<BatchLine> {
  for (const { event, lines } of tellStory(account, start, minutes)) {
    listener?.hear(event);
    yield* lines;
  }
}

/** The bridge's own points: it falls behind for a while and catches up again. */
function* bridgeLines(): Generator<BatchLine> {
  for (let now = START; now <= STOP; now += 15_000) {
    const minute = (now - START) / MINUTE;
    const waiting = minute >= 30 && minute < 40 ? Math.round((minute - 30) * 400) : 0;
    yield exampleOwnPoint(now, waiting);
  }
}
