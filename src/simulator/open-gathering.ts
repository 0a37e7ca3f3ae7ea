import type { Gathering } from './event-shapes.js';
import type { ZoomEvent } from './event-types.js';
import type { Habits } from './habits.js';
import { Participation } from './participation.js';
import { type Attendee, createGuest, createSessionUser } from './people.js';
import { MINUTE, nextMinute, SECOND } from './time.js';
import type { World } from './world.js';

const NUMBER_STEP = 1024;
const PANELISTS = 4;
const SHORTEST_STAY = 2 * MINUTE;

/** A gathering that runs: lets people in, samples them every minute, sees them out. */
export class OpenGathering {
  readonly #world: World;
  readonly #habits: Habits;
  readonly #gathering: Gathering;
  readonly #dataCenter: string;
  readonly #endsAt: number;
  readonly #hasShare: boolean;
  #sharer: Participation | undefined;
  #joins = 0;
  #strangers = 0;

  constructor(world: World, habits: Habits, gathering: Gathering, dataCenter: string, endsAt: number) {
    this.#world = world;
    this.#habits = habits;
    this.#gathering = gathering;
    this.#dataCenter = dataCenter;
    this.#endsAt = endsAt;
    this.#hasShare = gathering.kind === 'webinar' || world.random.chance(0.85);
  }

  /** Has someone come in at a time, unless it is too late for that; without an attendee, someone who is free then. */
  admit(at: number, attendee: Attendee | undefined, isHost: boolean): void {
    const joinsAt = Math.round(at);
    if (joinsAt > this.#endsAt - SHORTEST_STAY) {
      if (attendee !== undefined) this.#release(attendee);
      return;
    }
    this.#world.agenda.add(joinsAt, (now) => this.#join(attendee ?? this.#someone(), now, isHost));
  }

  #someone(): Attendee {
    const { random, staff } = this.#world;
    const fromStaff = random.chance(this.#habits.guestShare) ? undefined : staff.take(random);
    if (fromStaff !== undefined) return fromStaff;
    this.#strangers++;
    if (this.#gathering.kind === 'session') return createSessionUser(this.#strangers, random);
    return createGuest(`Guest ${this.#strangers}`, random);
  }

  #join(attendee: Attendee, now: number, isHost: boolean): ZoomEvent {
    const { random, agenda, faults } = this.#world;
    const index = this.#joins++;
    const leavesEarly = !isHost && random.chance(0.22);
    const stay = leavesEarly
      ? random.between(SHORTEST_STAY, this.#endsAt - now)
      : this.#endsAt - now + random.between(0, 8 * SECOND);
    const participation = new Participation(
      attendee,
      {
        number: `${this.#habits.firstNumber + index * NUMBER_STEP}`,
        joinedAt: now,
        leavesAt: Math.round(now + stay),
        dataCenter: this.#dataCenter,
        isOriginalHost: isHost,
        watchesOnly: this.#gathering.kind === 'webinar' && index >= PANELISTS,
      },
      faults,
      random,
    );
    if (this.#hasShare && this.#sharer === undefined && participation.canShare) this.#sharer = participation;
    agenda.add(now + random.whole(900, 4000), (at) =>
      this.#habits.shapes.data(this.#gathering, participation, at),
    );
    this.#planChanges(participation);
    this.#planSamples(participation);
    this.#planLeaving(participation, leavesEarly);
    return this.#habits.shapes.joined(this.#gathering, participation, now);
  }

  /** Camera on, and from Wi-Fi to the dock: each is told in a data event of its own. */
  #planChanges(participation: Participation): void {
    const { random } = this.#world;
    if (participation.canUseCamera && !participation.cameraOn && random.chance(0.6)) {
      this.#planChange(participation, random.between(0.5, 6) * MINUTE, () => participation.turnCameraOn());
    }
    if (participation.mayPlugIn && random.chance(0.12)) {
      this.#planChange(participation, random.between(2, 15) * MINUTE, () => participation.plugIn());
    }
  }

  #planChange(participation: Participation, after: number, change: () => void): void {
    const at = Math.round(participation.joining.joinedAt + after);
    if (at >= participation.joining.leavesAt) return;
    this.#world.agenda.add(at, (now) => {
      change();
      return this.#habits.shapes.data(this.#gathering, participation, now);
    });
  }

  #planSamples(participation: Participation): void {
    const { random, agenda } = this.#world;
    // Each participant's samples come at their own few seconds after the minute.
    const delay = random.whole(1500, 14_000);
    let minute = nextMinute(participation.joining.joinedAt + 15 * SECOND);
    const sample = (now: number) => {
      if (now >= participation.joining.leavesAt) return undefined;
      const samples = participation.sample(minute, this.#sharing(participation));
      minute += MINUTE;
      agenda.add(minute + delay, sample);
      return this.#habits.shapes.qos(this.#gathering, participation, now, samples);
    };
    agenda.add(minute + delay, sample);
  }

  #sharing(participation: Participation): 'sent' | 'received' | undefined {
    if (this.#sharer === undefined) return undefined;
    return this.#sharer === participation ? 'sent' : 'received';
  }

  #planLeaving(participation: Participation, leavesEarly: boolean): void {
    const { random, agenda } = this.#world;
    const { shapes } = this.#habits;
    const { leavesAt } = participation.joining;
    agenda.add(leavesAt, (now) => {
      if (this.#sharer === participation) this.#sharer = undefined;
      const comesBack = leavesEarly && random.chance(0.45);
      if (comesBack) this.admit(now + random.between(20, 120) * SECOND, participation.attendee, false);
      else this.#release(participation.attendee);
      return undefined;
    });
    // Of a client that was killed Zoom learns a minute or more later.
    const told = leavesAt + (random.chance(0.03) ? random.whole(60_000, 90_000) : random.whole(300, 1500));
    agenda.add(told, (now) => shapes.left(this.#gathering, participation, now));
    agenda.add(told + random.whole(700, 2500), (now) =>
      shapes.qosSummary(this.#gathering, participation, now),
    );
    agenda.add(told + random.whole(2500, 5000), (now) =>
      shapes.dataSummary(this.#gathering, participation, now),
    );
  }

  #release(attendee: Attendee): void {
    if (attendee.userId !== '') this.#world.staff.giveBack(attendee);
  }
}
