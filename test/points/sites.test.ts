import test from 'ava';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { readSites, SitesError } from '../../src/points/sites.js';

const LIST = `cidr,site
# offices
192.0.2.0/24,Harbour
192.0.2.128/25,Harbour upper floors
192.0.2.200,Harbour reception
198.51.100.0/22 , "North, building 2"

2001:db8::/32,Everywhere six
2001:db8:7::/48,Seventh
0.0.0.0/0,Elsewhere
`;

const FOUND: [string, string | undefined][] = [
  ['192.0.2.1', 'Harbour'],
  ['192.0.2.127', 'Harbour'],
  ['192.0.2.128', 'Harbour upper floors'],
  ['192.0.2.200', 'Harbour reception'],
  ['198.51.103.255', 'North, building 2'],
  ['198.51.104.0', 'Elsewhere'],
  ['203.0.113.9', 'Elsewhere'],
  ['::ffff:192.0.2.1', 'Harbour'],
  ['::ffff:c000:201', 'Harbour'],
  ['2001:db8::1', 'Everywhere six'],
  ['2001:DB8:7:0:0:0:0:1', 'Seventh'],
  ['2001:db9::1', undefined],
  ['', undefined],
  ['no address', undefined],
  ['192.0.2.1:8801', undefined],
  ['192.0.2.256', undefined],
];

for (const [address, site] of FOUND)
  test(`${address === '' ? 'an empty address' : address} is at ${site ?? 'no site'}`, (t) => {
    t.is(readSites(LIST)(address), site);
  });

test('the longest prefix wins whatever the order of the lines', (t) => {
  const find = readSites(LIST.split('\n').reverse().join('\r\n'));
  for (const [address, site] of FOUND) t.is(find(address), site);
});

test('IPv4 networks written as IPv6 hold IPv4 addresses', (t) => {
  const find = readSites('::ffff:192.0.2.0/120,Mapped\n::ffff:203.0.113.7,One');
  t.is(find('192.0.2.9'), 'Mapped');
  t.is(find('::ffff:192.0.2.9'), 'Mapped');
  t.is(find('203.0.113.7'), 'One');
  t.is(find('203.0.113.8'), undefined);
});

test('a list saved with a byte order mark and Windows line ends is read', (t) => {
  t.is(readSites('\ufeffcidr,site\r\n192.0.2.0/24,Harbour\r\n')('192.0.2.1'), 'Harbour');
});

test('quotes within quotes are one quote, and quoted headings are headings', (t) => {
  const find = readSites('"cidr","site"\n"192.0.2.0/24","Harbour, ""old"" pier"');
  t.is(find('192.0.2.1'), 'Harbour, "old" pier');
});

test('of two lines for the same network the first one counts, however the network is written', (t) => {
  const find = readSites(
    '192.0.2.0/24,First\n192.0.2.99/24,Second\n2001:db8::/32,First\n2001:DB8:0::1/32,Second',
  );
  t.is(find('192.0.2.1'), 'First');
  t.is(find('2001:db8::1'), 'First');
});

test('any prefix length works, from everything to one address', (t) => {
  for (let prefix = 0; prefix <= 128; prefix += 1) {
    t.is(readSites(`2001:db8::1/${prefix},Six`)('2001:db8::1'), 'Six', `/${prefix}`);
    if (prefix <= 32) t.is(readSites(`192.0.2.255/${prefix},Four`)('192.0.2.255'), 'Four', `/${prefix}`);
    if (prefix > 0 && prefix <= 32) t.is(readSites(`192.0.2.255/${prefix},Four`)('64.0.0.0'), undefined);
  }
  t.is(readSites('::/0,Six')('192.0.2.1'), undefined, 'IPv4 is no part of IPv6');
});

const addressOf = (bytes: readonly number[]) => ipaddr.fromByteArray([...bytes]).toString();
const near = (bytes: number) =>
  fc.array(fc.constantFrom(0, 1, 127, 128, 255), { minLength: bytes, maxLength: bytes }).map(addressOf);
const entry = fc
  .oneof(
    fc.tuple(near(4), fc.integer({ min: 0, max: 32 })),
    fc.tuple(near(16), fc.integer({ min: 0, max: 128 })),
  )
  .map(([address, prefix]) => `${address}/${prefix}`);

test('every address is found where comparing it with each network in turn finds it', (t) => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), fc.oneof(near(4), near(16)), (networks, address) => {
      const find = readSites(networks.map((network) => `${network},${network}`).join('\n'));
      const parsed = ipaddr.process(address);
      const plainest = networks.map((network, index) => {
        const [at, prefix] = ipaddr.parseCIDR(network);
        const isMapped = at instanceof ipaddr.IPv6 && at.isIPv4MappedAddress() && prefix >= 96;
        return isMapped
          ? { network, index, at: at.toIPv4Address(), prefix: prefix - 96 }
          : { network, index, at, prefix };
      });
      const [expected] = plainest
        .filter(({ at, prefix }) => at.kind() === parsed.kind() && parsed.match(at, prefix))
        .sort((left, right) => right.prefix - left.prefix || left.index - right.index);
      t.is(find(address), expected?.network);
    }),
    { numRuns: 500 },
  );
});

test('among 10,000 networks a site is found as quickly as among ten', (t) => {
  const lines = Array.from(
    { length: 10_000 },
    (_, index) => `10.${index >> 8}.${index & 255}.0/24,Site ${index}`,
  );
  const many = readSites([...lines, '2001:db8::/32,Six'].join('\n'));
  const few = readSites(lines.slice(0, 10).join('\n'));
  t.is(many('10.39.15.200'), 'Site 9999');
  const perLookup = (find: (address: string) => string | undefined) => {
    const times = Array.from({ length: 5 }, () => {
      const since = performance.now();
      for (let index = 0; index < 20_000; index += 1) find('203.0.113.9');
      return (performance.now() - since) / 20;
    });
    return Math.min(...times);
  };
  const [manyUs, fewUs] = [perLookup(many), perLookup(few)];
  t.log(`${manyUs.toFixed(2)} µs among 10,000, ${fewUs.toFixed(2)} µs among 10`);
  t.true(manyUs < 10 * fewUs + 5);
});

test('a file that is no site list at all is told in a few lines', (t) => {
  const { message } = t.throws(() => readSites('nonsense\n'.repeat(100_000)), { instanceOf: SitesError });
  t.true(message.length < 1_000);
  t.regex(message, /line 20: .*; and 99980 more$/);
});

test('an empty list knows no site', (t) => t.is(readSites('')('192.0.2.1'), undefined));

test('every line that can not be read is named with its number, all at once', (t) => {
  const list =
    '192.0.2.0/24,Harbour\n300.0.0.0/8,Nowhere\n192.0.2.0/33,Too long\n192.0.2.0/24\n,No network\n192.0.2.0/24,';
  const error = t.throws(() => readSites(list), { instanceOf: SitesError });
  t.is(error?.code, 'sites_invalid');
  t.regex(error?.message ?? '', /line 2: "300\.0\.0\.0\/8,Nowhere"/);
  for (const line of [3, 4, 5, 6]) t.regex(error?.message ?? '', new RegExp(`line ${line}: `));
  t.notRegex(error?.message ?? '', /line 1: /);
});
