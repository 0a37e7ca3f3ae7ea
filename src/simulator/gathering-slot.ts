import type { Gathering, GatheringKind } from './event-shapes.js';
import { HABITS, type Habits } from './habits.js';
import { instanceUuid, meetingNumber } from './identifiers.js';
import { OpenGathering } from './open-gathering.js';
import { SITES } from './sites.js';
import { MINUTE, SECOND } from './time.js';
import type { World } from './world.js';

/** A place in the account's calendar: one gathering of a kind after another, with short breaks. */
export class GatheringSlot {
  readonly #world: World;
  readonly #kind: GatheringKind;
  readonly #size: number;
  readonly #habits: Habits;
  readonly #label: number;
  #round = 0;

  constructor(world: World, kind: GatheringKind, size: number, label: number) {
    this.#world = world;
    this.#kind = kind;
    this.#size = size;
    this.#label = label;
    this.#habits = HABITS[kind];
  }

  /** Has the next gathering begin at a time, and the ones after it follow. */
  schedule(at: number): void {
    const { random, timeScale, agenda, accountId } = this.#world;
    const minutes = random.whole(...this.#habits.minutes);
    const endsAt = at + minutes * MINUTE * timeScale;
    const site = random.pickWeighted(SITES);
    const host = this.#kind === 'session' ? undefined : this.#world.staff.take(random);
    const key = `${this.#habits.topics[this.#round % this.#habits.topics.length]}-${this.#label}-${this.#round}`;
    const gathering: Gathering = {
      kind: this.#kind,
      accountId,
      uuid: instanceUuid(random),
      number: this.#kind === 'session' ? '' : meetingNumber(random),
      topic: this.#kind === 'session' ? key : random.pick(this.#habits.topics),
      sessionKey: this.#kind === 'session' ? `key-${key}` : '',
      hostId: host?.userId ?? '',
      timezone: site.timezone,
      startedAt: at,
      plannedMinutes: minutes <= 30 ? 30 : 60,
    };
    this.#round++;
    const open = new OpenGathering(this.#world, this.#habits, gathering, site.dataCenter, endsAt);
    agenda.add(at, (now) => this.#habits.shapes.started(gathering, now));
    open.admit(at + random.between(0.5, 3) * SECOND, host, true);
    for (let i = 1; i < this.#size; i++)
      open.admit(at + random.between(3 * SECOND, 2 * MINUTE), undefined, false);
    const closesAt = Math.round(endsAt + random.between(10, 14) * SECOND);
    agenda.add(closesAt, (now) => this.#habits.shapes.ended(gathering, now));
    agenda.add(closesAt + Math.round(random.between(1, 4) * MINUTE * timeScale), (now) => {
      this.schedule(now);
      return undefined;
    });
  }
}
