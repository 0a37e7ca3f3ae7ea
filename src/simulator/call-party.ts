import { ConditionWalk, Walk } from './conditions.js';
import { type Fault, FaultWatch } from './faults.js';
import { phoneNumber } from './identifiers.js';
import type { Attendee } from './people.js';
import type { PartyFacts } from './phone-events.js';
import type { Random } from './random.js';
import { opinionScore, readAudio, tenths } from './readings.js';
import type { PhoneSample } from './sample-types.js';
import { isoSeconds } from './time.js';

/** One side of a phone call, with the samples it has sent. */
export class CallParty {
  readonly facts: PartyFacts;
  readonly person: Attendee | undefined;
  readonly samples: PhoneSample[] = [];
  readonly #conditions: ConditionWalk;
  readonly #bitrate: Walk;
  readonly #network: string;

  /** @param person someone of the account; a number outside has no id, no email and no network to tell. */
  constructor(
    role: 'caller' | 'callee',
    person: Attendee | undefined,
    place: Attendee,
    faults: readonly Fault[],
    random: Random,
  ) {
    this.person = person;
    this.facts = {
      role,
      userId: person?.userId ?? '',
      email: person?.email ?? '',
      description: describe(person, random),
    };
    const watch = new FaultWatch(person === undefined ? [] : faults, place, place.place.site.dataCenter);
    this.#conditions = new ConditionWalk(place, place.place.networkType, watch, random);
    this.#bitrate = new Walk(640, 12, random);
    this.#network = person === undefined ? '' : networkName(place, random);
  }

  /** One sample of one direction; it stays on record for the summary. */
  sample(direction: PhoneSample['type'], at: number, random: Random): PhoneSample {
    const conditions = this.#conditions.step(at, random);
    const reading = readAudio(this.#bitrate, conditions, random);
    const details = {
      bitrate: tenths(reading.bitrateKbps),
      avg_loss: tenths(reading.avgLoss),
      max_loss: tenths(reading.maxLoss),
      jitter: `${reading.jitterMs}`,
      network_delay: `${reading.latencyMs}`,
      mos: tenths(Math.round(opinionScore(reading, 1) / 10)),
    };
    const sample: PhoneSample = {
      date_time: isoSeconds(at),
      type: direction,
      details: this.#network === '' ? details : { ...details, network: this.#network },
    };
    this.samples.push(sample);
    return sample;
  }
}

function describe(person: Attendee | undefined, random: Random): PartyFacts['description'] {
  const number = phoneNumber(random);
  if (person === undefined) return { phone_number: number, connection_type: 'pstn_off_net' };
  const { client, place } = person;
  return {
    extension_type: 'user',
    extension_number: person.extension,
    phone_number: number,
    user_id: person.userId,
    timezone: place.site.timezone,
    device_type: `${client.summaryDevice}_Client(${client.version})`,
    connection_type: 'voip',
  };
}

function networkName(person: Attendee, random: Random): string {
  if (person.place.networkType === 'Wifi') return 'WiFi';
  return person.place.site.name === 'Home' && random.chance(0.5) ? 'VPN' : 'LAN';
}
