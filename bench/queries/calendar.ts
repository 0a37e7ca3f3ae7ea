import type { Person } from './people.js';
import type { Random } from './random.js';

export const DAY_MINUTES = 1_440;

/** The hour of the day, in the time of the company, at which the data end: in the middle of work. */
export const END_HOUR = 15;

export type Meeting = {
  readonly id: string;
  readonly source: 'meeting' | 'webinar';
  readonly topic: string;
  readonly number: string;
  /** Minutes since the start of the data. */
  readonly from: number;
  readonly to: number;
};

/** Somebody in a meeting, from joining to leaving. */
export type Join = {
  readonly meeting: Meeting;
  readonly participant: number;
  readonly person: Person;
  readonly from: number;
  readonly to: number;
};

export type Call = {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly caller: Person;
  readonly callee: Person;
};

export type Day = {
  readonly meetings: readonly Meeting[];
  readonly joins: readonly Join[];
  readonly calls: readonly Call[];
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FIRST_JOIN_NUMBER = 16_778_240;
const NEXT_JOIN_NUMBER = 1_024;
const TOPICS = ['Weekly', 'Planning', 'Interview', 'Review', 'Training', 'Customer', 'Stand-up'] as const;

const idOf = (random: Random, length: number, end = '') =>
  Array.from({ length }, () => LETTERS[random.below(LETTERS.length)]).join('') + end;

/** A minute of a day at which something begins: nine of ten in working hours. */
function startOf(random: Random): number {
  const minute = random.next() < 0.9 ? 480 + random.below(600) : random.below(DAY_MINUTES);
  return minute - (minute % 5);
}

function meetingOf(day: number, random: Random): Meeting {
  const from = day * DAY_MINUTES + startOf(random);
  return {
    id: idOf(random, 22, '=='),
    source: random.next() < 0.05 ? 'webinar' : 'meeting',
    topic: `${random.pick(TOPICS)} ${random.below(900)}`,
    number: `9${String(random.below(10_000_000_000)).padStart(10, '0')}`,
    from,
    to: from + random.pick([15, 30, 45, 60, 60, 90]),
  };
}

export type DayOptions = {
  readonly day: number;
  readonly participants: number;
  readonly people: readonly [Person, ...Person[]];
  readonly random: Random;
};

/** A day's meetings (a fifth as many as joins) and phone calls (a sixth). */
export function makeDay({ day, participants, people, random }: DayOptions): Day {
  const meetings = Array.from({ length: Math.round(participants / 5) }, () => meetingOf(day, random));
  const joins = meetings.flatMap((meeting) =>
    joinsOf(meeting, 1 + random.below(9), { people, random, lateBy: 6 }),
  );
  const calls = Array.from({ length: Math.round(participants / 6) }, () => {
    const from = day * DAY_MINUTES + startOf(random) + random.below(5);
    const caller = random.pick(people);
    return {
      id: idOf(random, 18),
      from,
      to: from + 1 + random.below(11),
      caller,
      callee: random.pick(people),
    };
  });
  return { meetings, joins, calls };
}

/** A webinar that has run for an hour and a half when the data end at `to`, and everybody in it. */
export function makeWebinar(to: number, attendees: number, options: Pick<DayOptions, 'people' | 'random'>) {
  const meeting: Meeting = {
    id: idOf(options.random, 22, '=='),
    source: 'webinar',
    topic: 'All hands',
    number: '91234567890',
    from: to - 90,
    to: to + 30,
  };
  return { meeting, joins: joinsOf(meeting, attendees, { ...options, lateBy: 12 }) };
}

function joinsOf(
  meeting: Meeting,
  count: number,
  { people, random, lateBy }: Pick<DayOptions, 'people' | 'random'> & { readonly lateBy: number },
): Join[] {
  return Array.from({ length: count }, (_, index) => ({
    meeting,
    participant: FIRST_JOIN_NUMBER + index * NEXT_JOIN_NUMBER,
    person: random.pick(people),
    from: meeting.from + random.below(lateBy),
    to: meeting.to - random.below(4),
  }));
}
