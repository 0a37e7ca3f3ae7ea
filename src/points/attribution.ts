import ipaddr from 'ipaddr.js';
import type { Texts } from '../zoom/decoded.js';
import type { AddressFinder } from './sites.js';

/**
 * What a participant's addresses tell by lists and databases that may change while the bridge runs. `''` says that the address is
 * in none of them. Told once for each event and kept with the batch, so that a repetition says the same.
 */
export type Attribution = {
  readonly site?: string;
  readonly isp?: string;
  /** Where the public address is said to be; stands in for a location that Zoom never tells. */
  readonly location_by_address?: string;
};

/** What addresses are looked up in; undefined where there is no such file. */
export type AddressFinders = {
  readonly findSite?: AddressFinder | undefined;
  readonly findIsp?: AddressFinder | undefined;
  readonly findLocation?: AddressFinder | undefined;
};

/** Inner addresses tell more about a place than the public one, which a whole company may share. */
const INNER_KEYS = [
  'audio_internal_ip_address',
  'video_internal_ip_address',
  'as_internal_ip_address',
  'signaling_internal_ip_address',
];

const PUBLIC_KEY = 'signaling_ip_address';

/** Addresses that belong to nobody in particular. */
const NOT_PUBLIC = new Set([
  'unspecified',
  'broadcast',
  'multicast',
  'linkLocal',
  'loopback',
  'carrierGradeNat',
  'private',
  'uniqueLocal',
]);

/** What the addresses among the details tell. An event without the public address leaves open what it does not find. */
export function attribute(details: Texts, finders: AddressFinders): Attribution {
  const publicAddress = details[PUBLIC_KEY]?.trim();
  const inner = INNER_KEYS.map((key) => details[key]?.trim());
  const site = find([...inner, publicAddress], finders.findSite, publicAddress !== undefined);
  const routed = publicAddress === undefined || isRouted(publicAddress) ? [publicAddress] : [''];
  const isp = find(routed, finders.findIsp, publicAddress !== undefined);
  const location = find(routed, finders.findLocation, publicAddress !== undefined);
  return {
    ...(site === undefined ? {} : { site }),
    ...(isp === undefined ? {} : { isp }),
    ...(location === undefined ? {} : { location_by_address: location }),
  };
}

function find(
  addresses: readonly (string | undefined)[],
  finder: AddressFinder | undefined,
  isAll: boolean,
): string | undefined {
  if (finder === undefined) return undefined;
  for (const address of addresses) {
    const found = address === undefined || address === '' ? undefined : finder(address);
    if (found !== undefined) return found;
  }
  return isAll ? '' : undefined;
}

function isRouted(address: string): boolean {
  return ipaddr.isValid(address) && !NOT_PUBLIC.has(ipaddr.process(address).range());
}
