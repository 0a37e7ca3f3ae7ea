import type { Random } from './random.js';

/** Somebody with a computer at a place: what stays the same from one meeting to the next. */
export type Person = {
  readonly name: string;
  readonly email: string;
  readonly userId: string;
  readonly context: Readonly<Record<string, string>>;
  readonly microphone: string;
  readonly isOnWifi: boolean;
  /** How bad the network is; 1 is ordinary. */
  readonly trouble: number;
};

const SITES = ['hq', 'berlin', 'lyon', 'osaka', 'porto', 'quito', 'riga', 'sofia', 'tunis', 'umea', 'vienna'];
const LOCATIONS = [...SITES, 'Sampletown', 'Harbourville', 'Hillside', 'Lakeside'].map(
  (city) => `${city} (XX)`,
);
const VERSIONS = ['6.2.11.5069', '6.3.0.52884', '6.3.5.54827', '6.3.6.56144', '6.4.1.60120', '6.4.3.6300'];
const DATA_CENTERS = ['EU (Top)', 'US (Top)', 'SG (Top)', 'AU (Top)'];
const MICROPHONES = ['Headset', 'Desk mic', 'Lid microphone', 'Room bar', 'Earbuds', 'Speakerphone'];

const at = (values: readonly string[], index: number) => values[index % values.length] ?? 'unknown';

/** People of 12 sites (one of them `unknown`), 15 locations, 3 kinds of network, 4 data centers, 8 versions, 5 devices. */
export function makePeople(count: number, random: Random): readonly Person[] {
  return Array.from({ length: count }, (_, index) => {
    const site = random.next() < 0.3 ? SITES.length : random.below(SITES.length);
    const network = random.pick(['Wifi', 'Wired', 'Wifi', 'Cellular', 'Wired', 'Wifi']);
    const isAway = site === SITES.length;
    return {
      name: `Person ${index} Example`,
      email: `person${index}@example.com`,
      userId: `ExampleUser${String(index).padStart(8, '0')}`,
      microphone: at(MICROPHONES, random.below(60)),
      isOnWifi: network === 'Wifi',
      trouble: (site === 3 ? 1.6 : 1) * (network === 'Wifi' ? 1.2 : 1) * (0.6 + random.next() * 0.6),
      context: {
        client_version: random.next() < 0.1 ? random.pick(['unknown', '5.17.11.3835']) : at(VERSIONS, index),
        // The next one, mostly.
        data_center: at(DATA_CENTERS, random.next() < 0.9 ? site : random.below(DATA_CENTERS.length)),
        device: random.pick(['WIN', 'WIN', 'Mac', 'iOS', 'Android', 'H.323/SIP', 'WIN', 'Mac']),
        // What SITES_FILE tells and where Zoom sees somebody mostly agree.
        location: isAway ? at(LOCATIONS, random.below(LOCATIONS.length)) : at(LOCATIONS, site),
        network_type: network,
        site: isAway ? 'unknown' : at(SITES, site),
        isp: isAway ? random.pick(['Example Cable', 'Example Fibre', 'Example Mobile']) : 'Example Business',
      },
    };
  });
}
