import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Network, PrefixTable } from './prefix-table.js';

/** Finds what is known of an address; undefined where that is nothing. Never throws, whatever the text. */
export type AddressFinder = (address: string) => string | undefined;

/** Finds the site of an address; undefined where none of the site list's networks holds it. */
export type SiteFinder = AddressFinder;

/** A site list that can't be read. */
export class SitesError extends Error {
  readonly code = 'sites_invalid';
}

/** So many faulty lines are named; a file that is no site list at all has thousands. */
const MAX_NAMED = 20;

/** As much of a faulty line is shown. */
const MAX_SHOWN = 100;

/**
 * Reads a site list: CSV lines `cidr,site`, IPv4 and IPv6, `#` before comments, a heading `cidr,site` allowed.
 * The longest prefix that holds an address wins; of two lines for the same network the first one.
 *
 * @throws {SitesError} naming the lines that can't be read
 */
export function readSites(csv: string): SiteFinder {
  const networks: [Network, string][] = [];
  const faults: string[] = [];
  for (const [index, raw] of csv.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || /^"?cidr"?\s*,\s*"?site"?$/i.test(line)) continue;
    const entry = readEntry(line);
    if (entry === undefined) faults.push(`line ${index + 1}: ${JSON.stringify(line.slice(0, MAX_SHOWN))}`);
    else networks.push(entry);
  }
  if (faults.length > 0) throw new SitesError(faultText(faults));
  const table = new PrefixTable(networks);
  return (address) => (isIP(address) === 0 ? undefined : table.find(ipaddr.process(address)));
}

function faultText(faults: readonly string[]): string {
  const more = faults.length > MAX_NAMED ? `; and ${faults.length - MAX_NAMED} more` : '';
  const named = faults.slice(0, MAX_NAMED).join('; ');
  return `expected "cidr,site" such as "192.0.2.0/24,Sampletown": ${named}${more}`;
}

function readEntry(line: string): [Network, string] | undefined {
  const comma = line.indexOf(',');
  if (comma === -1) return undefined;
  const network = readNetwork(unquote(line.slice(0, comma)));
  const site = unquote(line.slice(comma + 1));
  return network === undefined || site === '' ? undefined : [network, site];
}

function unquote(text: string): string {
  const trimmed = text.trim();
  const quoted = /^"(.*)"$/.exec(trimmed)?.[1];
  return quoted === undefined ? trimmed : quoted.replaceAll('""', '"').trim();
}

function readNetwork(cidr: string): Network | undefined {
  if (isIP(cidr) !== 0) {
    const address = ipaddr.parse(cidr);
    return plain([address, address.kind() === 'ipv4' ? 32 : 128]);
  }
  try {
    return plain(ipaddr.parseCIDR(cidr));
  } catch {
    // Asking first would parse each line of a long list twice.
    return undefined;
  }
}

/** IPv4 written as IPv6 (`::ffff:192.0.2.0/120`) is IPv4, as it is for the addresses that are looked up. */
function plain([address, prefix]: [ipaddr.IPv4 | ipaddr.IPv6, number]): Network {
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefix >= 96;
  return mapped ? { address: address.toIPv4Address(), prefix: prefix - 96 } : { address, prefix };
}
