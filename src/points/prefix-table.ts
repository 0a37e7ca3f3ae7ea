import type ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A network: any address in it, and how many of its leading bits the network has in common. */
export type Network = { readonly address: Address; readonly prefix: number };

/** The networks of one prefix length, by their leading bits. */
type OneLength<Bits> = { readonly prefix: number; readonly byBits: Map<Bits, string> };

/**
 * Finds the longest network that holds an address: one look into a map for each prefix length that occurs, so the number of
 * networks does not matter.
 */
export class PrefixTable {
  readonly #four: readonly OneLength<number>[];
  readonly #six: readonly OneLength<bigint>[];

  /** @param networks each with its name; of two that are the same the first one stays */
  constructor(networks: readonly (readonly [Network, string])[]) {
    const of = (kind: 'ipv4' | 'ipv6') => networks.filter(([{ address }]) => address.kind() === kind);
    this.#four = byLength(of('ipv4'), fourBits);
    this.#six = byLength(of('ipv6'), sixBits);
  }

  find(address: Address): string | undefined {
    return address.kind() === 'ipv4'
      ? findIn(this.#four, fourBits, address)
      : findIn(this.#six, sixBits, address);
  }
}

type LeadingBits<Bits> = (address: Address) => (prefix: number) => Bits;

function byLength<Bits>(
  networks: readonly (readonly [Network, string])[],
  bits: LeadingBits<Bits>,
): OneLength<Bits>[] {
  const lengths = new Map<number, Map<Bits, string>>();
  for (const [{ address, prefix }, name] of networks) {
    const byBits = lengths.get(prefix) ?? new Map<Bits, string>();
    lengths.set(prefix, byBits);
    const key = bits(address)(prefix);
    if (!byBits.has(key)) byBits.set(key, name);
  }
  return [...lengths]
    .sort(([left], [right]) => right - left)
    .map(([prefix, map]) => ({ prefix, byBits: map }));
}

function findIn<Bits>(
  lengths: readonly OneLength<Bits>[],
  bits: LeadingBits<Bits>,
  address: Address,
): string | undefined {
  if (lengths.length === 0) return undefined;
  const leading = bits(address);
  for (const { prefix, byBits } of lengths) {
    const name = byBits.get(leading(prefix));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Shifting a 32-bit number by 32 leaves it as it is, so that no bits at all need a case of their own. */
function fourBits(address: Address): (prefix: number) => number {
  const [a = 0, b = 0, c = 0, d = 0] = address.toByteArray();
  const value = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  return (prefix) => (prefix === 0 ? 0 : value >>> (32 - prefix));
}

function sixBits(address: Address): (prefix: number) => bigint {
  const value = BigInt(`0x${Buffer.from(address.toByteArray()).toString('hex')}`);
  return (prefix) => value >> BigInt(128 - prefix);
}
