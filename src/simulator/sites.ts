import type { Random } from './random.js';

export type NetworkType = 'Wired' | 'Wifi' | 'Cellular' | 'Others';

/** An office, people's homes, or wherever guests are, with the address ranges by which it is recognised. */
export interface Site {
  readonly name: string;
  /** As Zoom writes it: `City (CC)`. */
  readonly location: string;
  readonly timezone: string;
  readonly dataCenter: string;
  /** Round trip to the data center on a wire, in milliseconds. */
  readonly latencyMs: number;
  readonly wired: string;
  readonly wifi: string;
  readonly public: string;
}

/** Where one participant sits in the network at the moment. */
export interface Place {
  readonly site: Site;
  readonly networkType: NetworkType;
  readonly publicAddress: string;
  /** `""` where Zoom hides it. */
  readonly internalAddress: string;
}

// All ranges are parts of the three documentation networks of RFC 5737.
const SPRINGFIELD: Site = {
  name: 'Springfield HQ',
  location: 'Springfield (US)',
  timezone: 'America/Chicago',
  dataCenter: 'SC (Top)',
  latencyMs: 24,
  wired: '198.51.100.0/26',
  wifi: '198.51.100.64/26',
  public: '203.0.113.0/28',
};
const RIVERTON: Site = {
  name: 'Riverton',
  location: 'Riverton (CA)',
  timezone: 'America/Toronto',
  dataCenter: 'NY (Top)',
  latencyMs: 31,
  wired: '198.51.100.128/27',
  wifi: '198.51.100.160/27',
  public: '203.0.113.16/28',
};
const LAKESIDE: Site = {
  name: 'Lakeside',
  location: 'Lakeside (DE)',
  timezone: 'Europe/Berlin',
  dataCenter: 'FR (Top)',
  latencyMs: 19,
  wired: '198.51.100.192/27',
  wifi: '198.51.100.224/27',
  public: '203.0.113.32/28',
};
const HOME: Site = {
  name: 'Home',
  location: 'Springfield (US)',
  timezone: 'America/Chicago',
  dataCenter: 'SC (Top)',
  latencyMs: 38,
  wired: '192.0.2.0/26',
  wifi: '192.0.2.64/26',
  public: '203.0.113.128/26',
};

/** Where guests are; no site of the account, so it stays out of {@link SITES}. */
export const ELSEWHERE: Site = {
  name: 'Elsewhere',
  location: 'Farville (GB)',
  timezone: 'Europe/London',
  dataCenter: 'FR (Top)',
  latencyMs: 52,
  wired: '192.0.2.128/26',
  wifi: '192.0.2.192/26',
  public: '203.0.113.192/26',
};

/** The account's sites, with their share of its people. */
export const SITES: readonly (readonly [weight: number, site: Site])[] = [
  [40, SPRINGFIELD],
  [22, RIVERTON],
  [18, LAKESIDE],
  [20, HOME],
];

/** The site whose uplink loses packets in the scenarios that have such a fault. */
export const LOSSY_SITE = RIVERTON;

/** The data center that is slow in the `mixed` scenario. */
export const SLOW_DATA_CENTER = LAKESIDE.dataCenter;

/** A place at a site, with addresses of the site's ranges; phones on the move have an IPv6 address and no site network. */
export function placeAt(site: Site, networkType: NetworkType, random: Random): Place {
  if (networkType === 'Cellular') {
    const publicAddress = `2001:db8:${random.whole(1, 0xfff).toString(16)}::${random.whole(1, 0xffff).toString(16)}`;
    return { site, networkType, publicAddress, internalAddress: '' };
  }
  const range = networkType === 'Wifi' ? site.wifi : site.wired;
  return {
    site,
    networkType,
    publicAddress: addressIn(site.public, random),
    internalAddress: addressIn(range, random),
  };
}

/** A host address of a range that lies within one /24. */
function addressIn(cidr: string, random: Random): string {
  const [network = '', prefix = '32'] = cidr.split('/');
  const dot = network.lastIndexOf('.');
  const size = 2 ** (32 - Number(prefix));
  return `${network.slice(0, dot + 1)}${Number(network.slice(dot + 1)) + random.whole(1, size - 2)}`;
}
