import { STUTTERING_VERSION } from './clients.js';
import { SimulatorOptionError } from './errors.js';
import type { Attendee } from './people.js';
import type { Random } from './random.js';
import { LOSSY_SITE, SLOW_DATA_CENTER } from './sites.js';
import { MINUTE, nextMinute } from './time.js';

/**
 * What goes wrong in the account. `outage` is `mixed` with a receiver that is expected to be away at times; `day` has one fault of
 * each kind, hour by hour.
 */
export const SCENARIOS = ['healthy', 'bad-site', 'bad-wifi', 'busy-cpu', 'mixed', 'outage', 'day'] as const;

export type Scenario = (typeof SCENARIOS)[number];

export type FaultKind =
  | 'site-loss'
  | 'weak-wifi'
  | 'busy-cpu'
  | 'client-version'
  | 'data-center'
  | 'bad-line';

/** A planted fault: the truth against which dashboards and alerts can be judged. */
export interface Fault {
  readonly kind: FaultKind;
  /** A site's name, a person's email (a phone line by its owner's), a client version or a data center, by kind. */
  readonly subject: string;
  /** Samples whose `date_time` is at or after `from` and before `to` show it (ms since the epoch). */
  readonly from: number;
  readonly to: number;
}

const HORIZON = 7 * 24 * 60 * MINUTE;

/** Reads a scenario's name. @throws SimulatorOptionError for a name that is not in {@link SCENARIOS}. */
export function parseScenario(name: string): Scenario {
  const scenario = SCENARIOS.find((known) => known === name);
  if (scenario === undefined)
    throw new SimulatorOptionError('scenario', name, `one of ${SCENARIOS.join(', ')}`);
  return scenario;
}

/** Plans the faults of the first seven days. */
export function planFaults(
  scenario: Scenario,
  staff: readonly Attendee[],
  startTime: number,
  random: Random,
): readonly Fault[] {
  const start = nextMinute(startTime);
  const onWifi = staff.filter(({ client, place }) => client.leg === 'client' && place.networkType === 'Wifi');
  const onComputer = staff.filter(({ client }) => client.leg === 'client' && client.isComputer);
  const always = (kind: FaultKind, subjects: readonly string[]): Fault[] =>
    subjects.map((subject) => ({ kind, subject, from: start, to: start + HORIZON }));
  switch (scenario) {
    case 'healthy':
      return [];
    case 'bad-site':
      return always('site-loss', [LOSSY_SITE.name]);
    case 'bad-wifi':
      return always('weak-wifi', someEmails(onWifi, 0.3, random));
    case 'busy-cpu':
      return always('busy-cpu', someEmails(onComputer, 0.25, random));
    case 'mixed':
    case 'outage':
      return [
        ...recurring('site-loss', LOSSY_SITE.name, start + 8 * MINUTE, 22, 60),
        ...recurring('data-center', SLOW_DATA_CENTER, start + 35 * MINUTE, 12, 120),
        ...always('weak-wifi', someEmails(onWifi, 0.08, random)),
        ...always('busy-cpu', someEmails(onComputer, 0.06, random)),
        ...always('client-version', [STUTTERING_VERSION]),
      ];
    case 'day':
      return [
        ...hours('site-loss', LOSSY_SITE.name, start, 1, 3),
        ...hours('data-center', SLOW_DATA_CENTER, start, 4, 5),
        ...always('weak-wifi', someEmails(onWifi, 0, random)),
        ...always('busy-cpu', someEmails(onComputer, 0, random)),
        ...always('client-version', [STUTTERING_VERSION]),
        ...always('bad-line', someEmails(staff, 0, random)),
      ];
  }
}

/** The faults that can meet one participant or call party, asked for once and then checked by the minute. */
export class FaultWatch {
  readonly #faults: readonly Fault[];

  constructor(faults: readonly Fault[], attendee: Attendee, dataCenter: string) {
    const subjects: Readonly<Record<FaultKind, string>> = {
      'site-loss': attendee.place.networkType === 'Cellular' ? '' : attendee.place.site.name,
      'weak-wifi': attendee.email,
      'busy-cpu': attendee.email,
      'bad-line': attendee.email,
      'client-version': attendee.client.version,
      'data-center': dataCenter,
    };
    this.#faults = faults.filter(({ kind, subject }) => subject === subjects[kind]);
  }

  has(kind: FaultKind, at: number): boolean {
    if (this.#faults.length === 0) return false;
    return this.#faults.some((fault) => fault.kind === kind && fault.from <= at && at < fault.to);
  }

  /** Whether this kind is planned at any time. */
  expects(kind: FaultKind): boolean {
    return this.#faults.some((fault) => fault.kind === kind);
  }
}

/** A fault from one hour of each day to another. */
function hours(kind: FaultKind, subject: string, start: number, from: number, to: number): Fault[] {
  const hour = 60 * MINUTE;
  return recurring(kind, subject, start + from * hour, (to - from) * 60, 24 * 60);
}

function recurring(
  kind: FaultKind,
  subject: string,
  first: number,
  minutes: number,
  everyMinutes: number,
): Fault[] {
  const faults: Fault[] = [];
  for (let from = first; from < first + HORIZON; from += everyMinutes * MINUTE) {
    faults.push({ kind, subject, from, to: from + minutes * MINUTE });
  }
  return faults;
}

function someEmails(people: readonly Attendee[], share: number, random: Random): string[] {
  const left = [...people];
  const count = Math.min(left.length, Math.max(1, Math.round(left.length * share)));
  return Array.from(
    { length: count },
    () => left.splice(random.whole(0, left.length - 1), 1)[0]?.email ?? '',
  );
}
