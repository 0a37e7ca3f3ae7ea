import test from 'ava';
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
