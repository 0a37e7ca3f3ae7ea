import ipaddr from 'ipaddr.js';

/** Finds the site of an address; undefined where none of the site list's networks holds it. */
export type SiteFinder = (address: string) => string | undefined;

/** A line of the site list that can't be read. */
export class SitesError extends Error {
  readonly code = 'sites_invalid';
}

type Network = { readonly range: [ipaddr.IPv4 | ipaddr.IPv6, number]; readonly site: string };

/**
 * Reads a site list: CSV lines `cidr,site`, IPv4 and IPv6, `#` before comments, a heading `cidr,site` allowed.
 * The longest prefix that holds an address wins.
 *
 * @throws {SitesError} naming every line that can't be read
 */
export function readSites(csv: string): SiteFinder {
  const networks: Network[] = [];
  const faults: string[] = [];
  for (const [index, raw] of csv.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || /^cidr\s*,\s*site$/i.test(line)) continue;
    const network = readNetwork(line);
    if (network === undefined) faults.push(`line ${index + 1}: ${JSON.stringify(line)}`);
    else networks.push(network);
  }
  if (faults.length > 0)
    throw new SitesError(`expected "cidr,site" such as "192.0.2.0/24,Sampletown": ${faults.join('; ')}`);
  networks.sort((left, right) => right.range[1] - left.range[1]);
  return (address) => {
    if (!ipaddr.isValid(address)) return undefined;
    const parsed = ipaddr.process(address);
    return networks.find(({ range }) => range[0].kind() === parsed.kind() && parsed.match(range))?.site;
  };
}

function readNetwork(line: string): Network | undefined {
  const comma = line.indexOf(',');
  if (comma === -1) return undefined;
  const unquote = (text: string) =>
    text
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim();
  const cidr = unquote(line.slice(0, comma));
  const site = unquote(line.slice(comma + 1));
  if (site === '') return undefined;
  if (ipaddr.isValidCIDR(cidr)) return { range: plain(ipaddr.parseCIDR(cidr)), site };
  if (!ipaddr.isValid(cidr)) return undefined;
  const address = ipaddr.parse(cidr);
  return { range: plain([address, address.kind() === 'ipv4' ? 32 : 128]), site };
}

/** IPv4 written as IPv6 (`::ffff:192.0.2.0/120`) is IPv4, as it is for the addresses that are looked up. */
function plain([address, prefix]: Network['range']): Network['range'] {
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefix >= 96;
  return mapped ? [address.toIPv4Address(), prefix - 96] : [address, prefix];
}
