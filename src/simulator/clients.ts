import type { Random } from './random.js';
import type { NetworkType } from './sites.js';

/** The way media goes: a Zoom client, a room through the Cloud Room Connector, a browser through the Real-time Web Gateway, or a dial-in. */
export type Leg = 'client' | 'crc' | 'rwg' | 'dial-in';

/** What someone joins with. Empty strings are what Zoom sends where it knows nothing. */
export interface Client {
  readonly leg: Leg;
  /** `device` in live data events; Zoom's samples say `WIN` there. */
  readonly liveDevice: string;
  /** `device` in summaries. */
  readonly summaryDevice: string;
  readonly version: string;
  readonly microphone: string;
  readonly speaker: string;
  readonly camera: string;
  readonly pcName: string;
  readonly domain: string;
  readonly macAddress: string;
  readonly harddiskId: string;
  /** `device_detail`: the browser, for browsers. */
  readonly browser: string;
  readonly hasVideo: boolean;
  readonly isComputer: boolean;
}

/** The client version whose video decoder stutters in the `mixed` scenario. */
export const STUTTERING_VERSION = '6.2.11.50939';

const DESKTOP_VERSIONS = [
  [60, '6.3.5.54827'],
  [28, '6.3.0.52884'],
  [12, STUTTERING_VERSION],
] as const;

const HEADSETS = [
  'Headset (Example USB)',
  'Headset (Sample Buds)',
  'Array (Built-in)',
  'Speakerphone (Specimen 3)',
];
const CAMERAS = ['Integrated Camera', 'Webcam (Example HD)'];

const NOTHING: Omit<Client, 'leg' | 'liveDevice' | 'summaryDevice'> = {
  version: '',
  microphone: '',
  speaker: '',
  camera: '',
  pcName: '',
  domain: '',
  macAddress: '',
  harddiskId: '',
  browser: '',
  hasVideo: true,
  isComputer: false,
};

export type ClientKind = 'windows' | 'mac' | 'linux' | 'ios' | 'android' | 'room' | 'dial-in' | 'browser';

const MAKERS: Readonly<Record<ClientKind, (random: Random) => Client>> = {
  windows: (random) => ({
    ...computer(random),
    liveDevice: 'WIN',
    summaryDevice: 'Windows',
    pcName: `LAPTOP-EX-${random.whole(1000, 9999)}`,
    domain: 'EXAMPLE',
    macAddress: `00:00:5E:00:53:${random.whole(0, 255).toString(16).toUpperCase().padStart(2, '0')}`,
    harddiskId: `EXDISK${random.whole(10_000, 99_999)}`,
  }),
  mac: (random) => ({
    ...computer(random),
    liveDevice: 'Mac',
    summaryDevice: 'Mac',
    pcName: `mac-ex-${random.whole(100, 999)}`,
  }),
  linux: (random) => ({ ...computer(random), liveDevice: 'Linux', summaryDevice: 'Linux' }),
  ios: () => ({
    ...NOTHING,
    leg: 'client',
    liveDevice: 'iOS',
    summaryDevice: 'iOS',
    version: '6.3.6.21433',
    camera: 'Front Camera',
  }),
  android: () => ({
    ...NOTHING,
    leg: 'client',
    liveDevice: 'Android',
    summaryDevice: 'Android',
    version: '6.3.6.27644',
    camera: 'Front Camera',
  }),
  room: () => ({ ...NOTHING, leg: 'crc', liveDevice: 'H.323/SIP', summaryDevice: 'H.323/SIP' }),
  'dial-in': () => ({
    ...NOTHING,
    leg: 'dial-in',
    liveDevice: 'Phone',
    summaryDevice: 'Phone',
    hasVideo: false,
  }),
  browser: (random) => ({
    ...computer(random),
    leg: 'rwg',
    liveDevice: random.chance(0.7) ? 'WIN' : 'Mac',
    summaryDevice: 'Windows',
    version: '4.0.0',
    browser: `ExampleBrowser ${random.whole(128, 132)}`,
  }),
};

/** Makes a client of a kind: versions and devices by chance, identity as that kind of device tells it. */
export function createClient(kind: ClientKind, random: Random): Client {
  const client = MAKERS[kind](random);
  if (client.leg !== 'rwg') return client;
  return { ...client, summaryDevice: client.liveDevice === 'WIN' ? 'Windows' : client.liveDevice };
}

/** The network such a client is usually on; `wifiShare` is that of the computers at the site. */
export function usualNetwork(client: Client, wifiShare: number, random: Random): NetworkType {
  if (client.leg === 'dial-in') return 'Others';
  if (client.leg === 'crc') return 'Wired';
  if (client.isComputer) return random.chance(wifiShare) ? 'Wifi' : 'Wired';
  return random.chance(0.7) ? 'Wifi' : 'Cellular';
}

function computer(random: Random): Omit<Client, 'liveDevice' | 'summaryDevice'> {
  const headset = random.pick(HEADSETS);
  return {
    ...NOTHING,
    leg: 'client',
    version: random.pickWeighted(DESKTOP_VERSIONS),
    microphone: `Microphone ${headset}`,
    speaker: `Speakers ${headset}`,
    camera: random.pick(CAMERAS),
    isComputer: true,
  };
}
