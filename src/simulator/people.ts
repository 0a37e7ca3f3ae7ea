import { type Client, type ClientKind, createClient, usualNetwork } from './clients.js';
import { zoomId } from './identifiers.js';
import { madeUpNames } from './names.js';
import type { Random } from './random.js';
import { ELSEWHERE, type Place, placeAt, SITES } from './sites.js';

/** Someone who can join: a person of the account, a guest, or the user of a Video SDK session. */
export interface Attendee {
  readonly name: string;
  /** `""` for everyone outside the account. */
  readonly userId: string;
  /** `""` for everyone outside the account. */
  readonly email: string;
  /** The Video SDK's `user_key`; `""` outside sessions. */
  readonly userKey: string;
  readonly client: Client;
  readonly place: Place;
  /** Phone extension; 0 where there is none. */
  readonly extension: number;
}

type KindWeights = readonly (readonly [weight: number, kind: ClientKind])[];

const STAFF_CLIENTS: KindWeights = [
  [52, 'windows'],
  [22, 'mac'],
  [4, 'linux'],
  [7, 'ios'],
  [5, 'android'],
  [4, 'room'],
  [2, 'dial-in'],
  [4, 'browser'],
];
const GUEST_CLIENTS: KindWeights = [
  [40, 'windows'],
  [18, 'mac'],
  [12, 'ios'],
  [8, 'android'],
  [4, 'dial-in'],
  [18, 'browser'],
];
const SESSION_CLIENTS: KindWeights = [
  [35, 'browser'],
  [25, 'mac'],
  [20, 'windows'],
  [12, 'ios'],
  [8, 'android'],
];

const OFFICE_WIFI_SHARE = 0.55;
const HOME_WIFI_SHARE = 0.85;
const FIRST_EXTENSION = 1001;

/** The people of the account; the same source of chance gives the same people. */
export function createStaff(count: number, random: Random): readonly Attendee[] {
  const names = madeUpNames(random);
  return Array.from({ length: count }, (_, index) => {
    const { display, mailbox } = names.next().value;
    const site = random.pickWeighted(SITES);
    const client = createClient(random.pickWeighted(STAFF_CLIENTS), random);
    const network = usualNetwork(client, site.name === 'Home' ? HOME_WIFI_SHARE : OFFICE_WIFI_SHARE, random);
    return {
      name: display,
      userId: zoomId(random),
      email: `${mailbox}@example.com`,
      userKey: '',
      client,
      place: placeAt(site, network, random),
      extension: FIRST_EXTENSION + index,
    };
  });
}

/** Someone from outside: no user id, no email, and what names their machine stays hidden. */
export function createGuest(label: string, random: Random): Attendee {
  const client = createClient(random.pickWeighted(GUEST_CLIENTS), random);
  return {
    name: label,
    userId: '',
    email: '',
    userKey: '',
    client: { ...client, pcName: '', domain: '', macAddress: '', harddiskId: '' },
    place: {
      ...placeAt(ELSEWHERE, usualNetwork(client, HOME_WIFI_SHARE, random), random),
      internalAddress: '',
    },
    extension: 0,
  };
}

/** A user of a Video SDK app, known by the app's own key. */
export function createSessionUser(number: number, random: Random): Attendee {
  const client = createClient(random.pickWeighted(SESSION_CLIENTS), random);
  return {
    name: `Pupil ${number}`,
    userId: '',
    email: '',
    userKey: `pupil-${String(number).padStart(4, '0')}`,
    client: { ...client, pcName: '', domain: '', macAddress: '', harddiskId: '' },
    place: placeAt(ELSEWHERE, usualNetwork(client, HOME_WIFI_SHARE, random), random),
    extension: 0,
  };
}
