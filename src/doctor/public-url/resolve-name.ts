import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import ipaddr from 'ipaddr.js';
import { errorCode, errorText } from '../../influx/error-text.js';
import { type Finding, fault, ok, warning } from '../finding.js';

const TIMEOUT_MS = 6_000;

/** Where the name leads to. */
export type Resolved = { readonly finding: Finding; readonly addresses: readonly string[] };

/** Asks DNS for the name's addresses. */
export async function resolveName(url: URL, signal: AbortSignal): Promise<Resolved> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(name) !== 0)
    return {
      addresses: [name],
      finding: fault(
        `${name} is an address: Zoom wants a name`,
        'give this machine a name in DNS, and use that in Zoom',
      ),
    };
  const late = sleep(TIMEOUT_MS, undefined, { signal }).then(
    () => 'late' as const,
    () => 'late' as const,
  );
  try {
    const found = await Promise.race([lookup(name, { all: true }), late]);
    if (found === 'late')
      return {
        addresses: [],
        finding: fault(`DNS gives no answer for ${name}`, 'check the DNS servers of this machine'),
      };
    const addresses = [...new Set(found.map(({ address }) => address))];
    return { addresses, finding: judge(name, addresses) };
  } catch (error) {
    const unknown = errorCode(error) === 'ENOTFOUND';
    return {
      addresses: [],
      finding: fault(
        unknown ? `DNS does not know ${name}` : `DNS gives no answer for ${name} (${errorText(error)})`,
        unknown
          ? 'make a record for it (A or AAAA) that leads to your proxy or this machine; where this machine knows no other name either, check its DNS servers'
          : 'check the DNS servers of this machine',
      ),
    };
  }
}

function judge(name: string, addresses: readonly string[]): Finding {
  const said = `DNS: ${name} leads to ${addresses.join(', ')}`;
  const hidden = addresses.filter((address) => ipaddr.process(address).range() !== 'unicast');
  return hidden.length === 0
    ? ok(said)
    : warning(
        `${said}: not an address that Zoom can reach from the internet`,
        'where this network has a DNS of its own that is right; see that the public DNS knows a public address',
      );
}
