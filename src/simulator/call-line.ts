import { CallParty } from './call-party.js';
import { callId } from './identifiers.js';
import { createGuest } from './people.js';
import { type CallFacts, createCallQos, createCallQosSummary, createFlowEvent } from './phone-events.js';
import type { PhoneSample } from './sample-types.js';
import { MINUTE, nextSecond, SECOND } from './time.js';
import type { World } from './world.js';

const SAMPLE_EVERY = 20 * SECOND;
const DIRECTIONS = ['sending', 'receiving'] as const;

/** A phone line of the account: one call after another, within the account, outward or inward. */
export class CallLine {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Has the next call ring at a time, and the ones after it follow. */
  schedule(at: number): void {
    const { random, agenda, timeScale, accountId } = this.#world;
    const reach = random.pickWeighted([
      [50, 'inside'],
      [25, 'outward'],
      [25, 'inward'],
    ] as const);
    const caller = this.#party('caller', reach !== 'inward');
    const callee = this.#party('callee', reach !== 'outward');
    const ringsAt = nextSecond(at);
    const answeredAt = ringsAt + random.whole(3, 9) * SECOND;
    const endsAt = answeredAt + nextSecond(random.between(1, 11) * MINUTE * timeScale);
    const call: CallFacts = {
      accountId,
      callId: callId(random),
      ringsAt,
      answeredAt,
      endsAt,
      caller: caller.facts,
      callee: callee.facts,
    };
    // Zoom tells of each side that is its own.
    if (caller.person) this.#tell('phone.caller_connected', call, answeredAt);
    if (callee.person) this.#tell('phone.callee_answered', call, answeredAt);
    for (const party of [caller, callee]) {
      for (const direction of DIRECTIONS) this.#planSamples(call, party, direction);
    }
    if (caller.person) this.#tell('phone.caller_ended', call, endsAt);
    if (callee.person) this.#tell('phone.callee_ended', call, endsAt);
    agenda.add(endsAt + random.whole(1500, 4000), (now) => {
      for (const { person } of [caller, callee]) if (person) this.#world.staff.giveBack(person);
      this.schedule(now + Math.round(random.between(5, 60) * SECOND * timeScale));
      const sides = [caller, callee].filter(({ samples }) => samples.length > 0);
      return createCallQosSummary(call, sides, now);
    });
  }

  #party(role: 'caller' | 'callee', isInside: boolean): CallParty {
    const { random, staff, faults } = this.#world;
    const person = isInside ? staff.take(random) : undefined;
    return new CallParty(role, person, person ?? createGuest('', random), faults, random);
  }

  #tell(event: Parameters<typeof createFlowEvent>[0], call: CallFacts, at: number): void {
    const { random, agenda } = this.#world;
    agenda.add(at + random.whole(200, 900), (now) => createFlowEvent(event, call, now));
  }

  #planSamples(call: CallFacts, party: CallParty, direction: PhoneSample['type']): void {
    const { random, agenda } = this.#world;
    const delay = random.whole(900, 2400);
    const take = (now: number) => {
      const stamp = now - delay;
      if (now >= call.endsAt) return undefined;
      agenda.add(now + SAMPLE_EVERY, take);
      return createCallQos(call, party.facts, party.sample(direction, stamp, random), now);
    };
    agenda.add(call.answeredAt + random.whole(5, 10) * SECOND + delay, take);
  }
}
