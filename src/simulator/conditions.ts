import type { FaultWatch } from './faults.js';
import type { Attendee } from './people.js';
import type { Random } from './random.js';
import type { NetworkType } from './sites.js';

const MEMORY = 0.75;
const INNOVATION = Math.sqrt(1 - MEMORY ** 2);

/** A value that wanders round its mean, so that one minute resembles the one before. */
export class Walk {
  readonly #mean: number;
  readonly #deviation: number;
  #offset: number;

  constructor(mean: number, deviation: number, random: Random) {
    this.#mean = mean;
    this.#deviation = deviation;
    this.#offset = deviation * random.normal();
  }

  /** The next value; never negative. */
  step(random: Random): number {
    this.#offset = MEMORY * this.#offset + INNOVATION * this.#deviation * random.normal();
    return Math.max(0, this.#mean + this.#offset);
  }
}

/** The state of a participant's network and machine in one minute. */
export interface Conditions {
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly lossPct: number;
  readonly rssiDbm: number;
  readonly zoomCpuPct: number;
  readonly systemCpuPct: number;
  /** The share of the frames that the machine gets coded: 1 is all. */
  readonly frames: number;
}

const ACCESS: Readonly<Record<NetworkType, { latencyMs: number; jitterMs: number; lossPct: number }>> = {
  Wired: { latencyMs: 0, jitterMs: 3, lossPct: 0 },
  Wifi: { latencyMs: 5, jitterMs: 6, lossPct: 0.08 },
  Cellular: { latencyMs: 34, jitterMs: 11, lossPct: 0.25 },
  Others: { latencyMs: 20, jitterMs: 5, lossPct: 0 },
};

/** The conditions of one participant or call party, minute after minute, with the account's faults in them. */
export class ConditionWalk {
  readonly #latency: Walk;
  readonly #jitter: Walk;
  readonly #loss: Walk;
  readonly #rssi: Walk;
  readonly #cpu: Walk;
  readonly #severity: Walk;
  readonly #watch: FaultWatch;

  constructor(attendee: Attendee, networkType: NetworkType, watch: FaultWatch, random: Random) {
    const access = ACCESS[networkType];
    const latency = attendee.place.site.latencyMs + access.latencyMs;
    this.#latency = new Walk(latency, latency * 0.08, random);
    this.#jitter = new Walk(access.jitterMs, access.jitterMs * 0.3, random);
    this.#loss = new Walk(access.lossPct, 0.09, random);
    this.#rssi = new Walk(55, 4, random);
    this.#cpu = new Walk(attendee.client.isComputer ? 9 : 14, 3, random);
    this.#severity = new Walk(1, 0.2, random);
    this.#watch = watch;
  }

  /** Conditions of the sample stamped `at`. */
  step(at: number, random: Random): Conditions {
    const severity = this.#severity.step(random);
    const cpu = this.#cpu.step(random);
    let latencyMs = this.#latency.step(random);
    let jitterMs = this.#jitter.step(random);
    let lossPct = this.#loss.step(random);
    let rssiDbm = -this.#rssi.step(random);
    let zoomCpuPct = cpu;
    let systemCpuPct = 18 + 1.6 * cpu + random.between(0, 12);
    let frames = 1;
    if (this.#watch.has('site-loss', at)) {
      lossPct += 4.5 * severity;
      jitterMs += 16 * severity;
      latencyMs += 40 * severity;
    }
    if (this.#watch.has('weak-wifi', at)) {
      rssiDbm = Math.min(rssiDbm, -80 - 3 * severity);
      lossPct += 2.6 * severity;
      jitterMs += 38 * severity;
      latencyMs += 22 * severity;
    }
    if (this.#watch.has('data-center', at)) {
      latencyMs += 170 * severity;
      jitterMs += 9 * severity;
    }
    if (this.#watch.has('client-version', at)) {
      frames *= 0.55;
      zoomCpuPct += 16 * severity;
      systemCpuPct += 18 * severity;
    }
    if (this.#watch.has('busy-cpu', at)) {
      frames *= 0.28;
      zoomCpuPct += 38 * severity;
      systemCpuPct = Math.max(92, systemCpuPct + 55);
    }
    if (this.#watch.has('bad-line', at)) {
      lossPct += 7 * severity;
      jitterMs += 45 * severity;
      latencyMs += 120 * severity;
    }
    systemCpuPct = Math.min(100, systemCpuPct);
    zoomCpuPct = Math.min(systemCpuPct - 5, zoomCpuPct);
    return { latencyMs, jitterMs, lossPct, rssiDbm, zoomCpuPct, systemCpuPct, frames };
  }
}
