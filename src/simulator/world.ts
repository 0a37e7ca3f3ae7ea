import type { Agenda } from './agenda.js';
import type { ZoomEvent } from './event-types.js';
import type { Fault } from './faults.js';
import type { Attendee } from './people.js';
import type { Random } from './random.js';

/** What everything in one run of the account shares. */
export interface World {
  readonly accountId: string;
  readonly agenda: Agenda<ZoomEvent>;
  readonly random: Random;
  readonly faults: readonly Fault[];
  readonly staff: StaffPool;
  /** Stretches or shortens how long meetings, stays and calls last; samples stay one a minute. */
  readonly timeScale: number;
}

/** The people of the account who are in no meeting and no call: nobody is in two at a time. */
export class StaffPool {
  readonly #free: Attendee[];

  constructor(staff: readonly Attendee[]) {
    this.#free = [...staff];
  }

  /** Someone who is free, if anyone is. */
  take(random: Random): Attendee | undefined {
    const index = random.whole(0, this.#free.length - 1);
    const attendee = this.#free[index];
    const last = this.#free.pop();
    if (attendee !== undefined && last !== undefined && last !== attendee) this.#free[index] = last;
    return attendee;
  }

  giveBack(attendee: Attendee): void {
    this.#free.push(attendee);
  }
}
