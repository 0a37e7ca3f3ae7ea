import { Agenda } from './agenda.js';
import { CallLine } from './call-line.js';
import { SimulatorOptionError } from './errors.js';
import type { GatheringKind } from './event-shapes.js';
import type { TimedEvent, ZoomEvent } from './event-types.js';
import { type Fault, planFaults, type Scenario } from './faults.js';
import { GatheringSlot } from './gathering-slot.js';
import { zoomId } from './identifiers.js';
import { type Attendee, createStaff } from './people.js';
import { Random } from './random.js';
import { SITES } from './sites.js';
import { MINUTE, SECOND } from './time.js';
import { StaffPool, type World } from './world.js';

export interface AccountOptions {
  /** The same seed gives the same events; default 1. */
  readonly seed?: number;
  /** People in meetings, webinars and sessions at a time, about; default 200. */
  readonly participants?: number;
  /** Meetings, webinars and sessions side by side; default 20. From 3 on there is one of each kind. */
  readonly meetings?: number;
  /** What goes wrong; default `mixed`. */
  readonly scenario?: Scenario;
  /** Model time of the first event, ms since the epoch. */
  readonly startTime: number;
  /** Default: made from the seed. */
  readonly accountId?: string;
  /** Stretches how long meetings, stays, calls and breaks last; default 1. Samples stay one a minute. */
  readonly timeScale?: number;
}

/** A site with the address ranges it is known by. */
export interface SiteRanges {
  readonly name: string;
  readonly cidrs: readonly string[];
}

/** A synthetic Zoom account. */
export interface Account {
  readonly accountId: string;
  readonly staff: readonly Attendee[];
  /** What a sites file would hold. */
  readonly sites: readonly SiteRanges[];
  /** The planted faults of the first seven days. */
  readonly faults: readonly Fault[];
  /** All events in time order, without end; every call starts the same story anew. */
  events(): Generator<TimedEvent, void, undefined>;
}

/** Phone lines in use for every hundred participants. */
const LINES_PER_HUNDRED = 2;
const WEBINAR_WEIGHT = 5;

/**
 * Builds a synthetic Zoom account: people at sites with devices, in meetings, webinars, sessions and calls.
 * Pure: everything follows from the options.
 * @throws SimulatorOptionError for counts that make no account
 */
export function createAccount(options: AccountOptions): Account {
  const {
    seed = 1,
    participants = 200,
    meetings = 20,
    scenario = 'mixed',
    startTime,
    timeScale = 1,
  } = options;
  requireWhole('participants', participants);
  requireWhole('meetings', meetings);
  if (!(timeScale > 0)) throw new SimulatorOptionError('timeScale', timeScale, 'greater than 0');
  const root = new Random(seed);
  const accountId = options.accountId ?? zoomId(root.fork('account'));
  const staff = createStaff(Math.ceil(participants * 1.2) + 8, root.fork('staff'));
  const faults = planFaults(scenario, staff, startTime, root.fork('faults'));
  return {
    accountId,
    staff,
    faults,
    sites: SITES.map(([, { name, wired, wifi, public: outside }]) => ({
      name,
      cidrs: [wired, wifi, outside],
    })),
    *events() {
      const agenda = new Agenda<ZoomEvent>();
      const random = root.fork('events');
      const world: World = { accountId, agenda, random, faults, staff: new StaffPool(staff), timeScale };
      agenda.add(startTime, (now) => validation(random, now));
      openSlots(world, startTime, participants, meetings);
      for (let next = agenda.takeNext(); next !== undefined; next = agenda.takeNext()) {
        const event = next.task(next.at);
        if (event !== undefined) yield { at: next.at, event };
      }
    },
  };
}

function openSlots(world: World, startTime: number, participants: number, meetings: number): void {
  const { random } = world;
  const slots = Array.from({ length: meetings }, (_, index) => {
    const kind = kindOf(index);
    return { kind, weight: kind === 'webinar' ? WEBINAR_WEIGHT : random.between(0.5, 1.6) };
  });
  const total = slots.reduce((sum, { weight }) => sum + weight, 0);
  slots.forEach(({ kind, weight }, index) => {
    const size = Math.max(2, Math.round((participants * weight) / total));
    const begins = Math.round(startTime + SECOND + random.between(0, MINUTE));
    world.agenda.add(begins, (now) => {
      new GatheringSlot(world, kind, size, index).schedule(now);
      return undefined;
    });
  });
  const lines = Math.max(2, Math.round((participants * LINES_PER_HUNDRED) / 100));
  for (let i = 0; i < lines; i++) {
    const begins = Math.round(startTime + SECOND + random.between(0, MINUTE));
    world.agenda.add(begins, (now) => {
      new CallLine(world).schedule(now);
      return undefined;
    });
  }
}

function kindOf(slot: number): GatheringKind {
  if (slot % 8 === 1) return 'webinar';
  return slot % 8 === 2 ? 'session' : 'meeting';
}

function validation(random: Random, now: number): ZoomEvent {
  return {
    payload: { plainToken: zoomId(random) },
    event_ts: now,
    event: 'endpoint.url_validation',
  };
}

function requireWhole(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new SimulatorOptionError(option, value, 'a whole number of at least 1');
}
