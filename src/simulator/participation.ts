import { ConditionWalk } from './conditions.js';
import { type Connections, createConnections, createDataItem } from './data-item.js';
import { type Fault, FaultWatch } from './faults.js';
import { participantUuid } from './identifiers.js';
import type { Attendee } from './people.js';
import type { Random } from './random.js';
import type { DataItem, QosSample, QosSummary } from './sample-types.js';
import { Sampler } from './sampler.js';
import { type Place, placeAt } from './sites.js';
import { isoSeconds } from './time.js';

/** How someone joined: fixed until they leave. */
export interface Joining {
  /** The join number: new with every join. */
  readonly number: string;
  readonly joinedAt: number;
  readonly leavesAt: number;
  readonly dataCenter: string;
  readonly isOriginalHost: boolean;
  readonly watchesOnly: boolean;
}

/** One stay of one attendee in one meeting, webinar or session. */
export class Participation {
  readonly attendee: Attendee;
  readonly joining: Joining;
  readonly uuid: string;
  readonly #random: Random;
  readonly #connections: Connections;
  readonly #watch: FaultWatch;
  readonly #sampler: Sampler;
  #conditions: ConditionWalk;
  #place: Place;
  #cameraOn: boolean;

  constructor(attendee: Attendee, joining: Joining, faults: readonly Fault[], random: Random) {
    const { client, place } = attendee;
    this.attendee = attendee;
    this.joining = joining;
    this.uuid = participantUuid(random);
    this.#random = random;
    this.#connections = createConnections(joining.dataCenter, client, random);
    const met = faults.filter(({ kind }) => kind !== 'bad-line');
    this.#watch = new FaultWatch(met, attendee, joining.dataCenter);
    this.#sampler = new Sampler(attendee, random);
    this.#conditions = new ConditionWalk(attendee, place.networkType, this.#watch, random);
    this.#place = place;
    this.#cameraOn = this.canUseCamera && random.chance(0.75);
  }

  get canUseCamera(): boolean {
    return this.attendee.client.hasVideo && !this.joining.watchesOnly;
  }

  get canShare(): boolean {
    const { client } = this.attendee;
    return client.leg === 'client' && client.isComputer && !this.joining.watchesOnly;
  }

  get cameraOn(): boolean {
    return this.#cameraOn;
  }

  /** Someone on good office Wi-Fi may dock their computer; whose Wi-Fi is planned to be weak stays on it. */
  get mayPlugIn(): boolean {
    const { client } = this.attendee;
    return (
      client.leg === 'client' &&
      client.isComputer &&
      this.#place.networkType === 'Wifi' &&
      !this.#watch.expects('weak-wifi')
    );
  }

  turnCameraOn(): void {
    this.#cameraOn = true;
  }

  plugIn(): void {
    this.#place = placeAt(this.#place.site, 'Wired', this.#random);
    this.#conditions = new ConditionWalk(this.attendee, 'Wired', this.#watch, this.#random);
  }

  /** The details as a live data event tells them. */
  dataItem(): DataItem {
    return createDataItem(this.attendee.client, this.#place, this.#connections, this.#cameraOn);
  }

  /** The `qos` records of one whole minute. */
  sample(minute: number, sharing: 'sent' | 'received' | undefined): QosSample[] {
    return this.#sampler.sample(isoSeconds(minute), this.#conditions.step(minute, this.#random), {
      cameraOn: this.#cameraOn,
      sharing,
      watchesOnly: this.joining.watchesOnly,
      onWifi: this.#place.networkType === 'Wifi',
    });
  }

  /** The summary of everything sampled so far. */
  summarize(): QosSummary[] {
    return this.#sampler.summarize();
  }
}
