import { bridgeLines } from './bridge-lines.js';
import { DAY_MINUTES, END_HOUR, type Join, type Meeting, makeDay, makeWebinar } from './calendar.js';
import { makePeople } from './people.js';
import { Random } from './random.js';
import { called, joined, meetingLines, type Source } from './raw-series.js';
import { RollupSums } from './rollup-sums.js';
import type { LineWriter } from './write.js';

const MINUTE = 60_000;

/** How much to write. */
export type Amount = {
  readonly days: number;
  /** Joins a day. */
  readonly participants: number;
  /** People in the webinar that runs when the data end. */
  readonly attendees: number;
  /** Where the data end, ms: a full hour, in the middle of the company's day. */
  readonly end: number;
};

/** A fill that may have been interrupted: the days before `day` are written. */
export type Progress = { readonly amount: Amount; readonly day: number };

/** What was written, and whom to ask about. */
export type Filled = Amount & {
  readonly meeting: string;
  readonly participant: string;
  readonly webinar: string;
  readonly attendee: string;
  readonly call: string;
  readonly rawLines: number;
  readonly rollupLines: number;
  readonly seconds: number;
};

type Running = { readonly to: number; readonly source: Source };

export type Filling = Progress & {
  readonly raw: LineWriter;
  readonly rollups: LineWriter;
  readonly tell: (line: string) => void;
  /** Told how far it is, after each day. */
  readonly keep: (progress: Progress) => void;
};

/** Writes days of raw points and their rollups. What is made up is the same each time, so an interrupted fill goes on with its day. */
export async function fill({ amount, day: firstDay, raw, rollups, tell, keep }: Filling): Promise<Filled> {
  const began = performance.now();
  const random = new Random(2_811);
  const [first, ...others] = makePeople(Math.max(2, Math.round(amount.participants * 0.7)), random);
  if (first === undefined) throw new Error('nobody is there');
  const people = [first, ...others] as const;
  const sums = new RollupSums();
  const last = (amount.days - 1) * DAY_MINUTES + END_HOUR * 60;
  const start = amount.end - last * MINUTE;
  const webinar = makeWebinar(last, amount.attendees, { people, random });
  let running: Running[] = [];
  let ordinary: Join | undefined;
  let call = '';
  for (let day = 0; day < amount.days; day += 1) {
    const { meetings, joins, calls } = makeDay({ day, participants: amount.participants, people, random });
    const isLast = day === amount.days - 1;
    raw.isSkipping = day < firstDay;
    rollups.isSkipping = day < firstDay;
    const meetingsAt = byMinute([...meetings, ...(isLast ? [webinar.meeting] : [])]);
    const joinsAt = byMinute([...joins, ...(isLast ? webinar.joins : [])]);
    const callsAt = byMinute(calls);
    if (isLast) {
      ordinary = somebodyIn(meetings, joins, last);
      call = calls.findLast(({ from, to }) => from < last && to > last - 60 && to - from > 4)?.id ?? '';
    }
    for (let minute = day * DAY_MINUTES; minute < Math.min(last, (day + 1) * DAY_MINUTES); minute += 1) {
      const at = start + minute * MINUTE;
      for (const line of sums.ended(at)) rollups.add(line);
      for (const meeting of meetingsAt.get(minute) ?? []) raw.add(meetingLines(meeting, 'started', at));
      for (const join of joinsAt.get(minute) ?? []) {
        const source = joined(join, sums, random);
        for (const line of source.begin(at)) raw.add(line);
        running.push({ to: join.to, source });
      }
      for (const one of callsAt.get(minute) ?? [])
        running.push({ to: one.to, source: called(one, sums, random) });
      for (const { source } of running) for (const line of source.minute(at)) raw.add(line);
      if (running.some(({ to }) => to <= minute + 1)) {
        for (const { to, source } of running)
          if (to <= minute + 1) for (const line of source.end(at + MINUTE)) raw.add(line);
        running = running.filter(({ to }) => to > minute + 1);
      }
      for (const line of bridgeLines(minute, at, running.length)) raw.add(line);
      await raw.flushed();
      await rollups.flushed();
    }
    tell(
      `day ${day + 1} of ${amount.days}: ${raw.written} raw points, ${rollups.written} rollup points, ${Math.round((performance.now() - began) / 1_000)} s`,
    );
    if (!raw.isSkipping) {
      await raw.finish();
      await rollups.finish();
      keep({ amount, day: day + 1 });
    }
  }
  for (const line of sums.rest(amount.end)) rollups.add(line);
  await raw.finish();
  await rollups.finish();
  return {
    ...amount,
    meeting: ordinary?.meeting.id ?? '',
    participant: String(ordinary?.participant),
    webinar: webinar.meeting.id,
    attendee: String(webinar.joins.find(({ person }) => person.isOnWifi)?.participant),
    call,
    rawLines: raw.written,
    rollupLines: rollups.written,
    seconds: Math.round((performance.now() - began) / 1_000),
  };
}

function byMinute<Item extends { readonly from: number }>(
  items: readonly Item[],
): ReadonlyMap<number, readonly Item[]> {
  const found = new Map<number, Item[]>();
  for (const item of items) found.set(item.from, [...(found.get(item.from) ?? []), item]);
  return found;
}

/** Somebody on Wi-Fi in an ordinary meeting of several that has just run. */
function somebodyIn(meetings: readonly Meeting[], joins: readonly Join[], last: number): Join | undefined {
  const late = meetings.filter(({ from, to }) => from < last - 20 && to > last - 40);
  return joins.findLast(
    ({ meeting, person, from, to }) =>
      late.includes(meeting) &&
      person.isOnWifi &&
      from < last - 10 &&
      to - from > 20 &&
      joins.filter((join) => join.meeting === meeting).length >= 6,
  );
}
