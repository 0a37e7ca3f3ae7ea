import test from 'ava';
import { AddressDatabaseError, openAddressDatabase } from '../../src/attribution/address-database.js';
import { ispOf, locationOf } from '../../src/points/database-records.js';
import { makeAddressDatabase, type RecordValue } from '../helpers/address-database.js';

const NETWORKS: Readonly<Record<string, RecordValue>> = {
  '192.0.2.0/24': { autonomous_system_number: 64_496, autonomous_system_organization: 'Sample Networks' },
  '192.0.2.128/25': { autonomous_system_number: 64_497, autonomous_system_organization: 'Upper Half AG' },
  '203.0.113.7/32': { autonomous_system_number: 64_498, autonomous_system_organization: 'One & Only' },
  '2001:db8::/32': { autonomous_system_number: 64_499, autonomous_system_organization: 'Six Networks' },
};

const isps = makeAddressDatabase('GeoLite2-ASN', NETWORKS);

test('the provider of an address is found, IPv4 and IPv6, the longest network first', (t) => {
  const find = openAddressDatabase(isps, ispOf, 'providers');
  const expected: [string, string | undefined][] = [
    ['192.0.2.1', 'Sample Networks'],
    ['192.0.2.128', 'Upper Half AG'],
    ['203.0.113.7', 'One & Only'],
    ['203.0.113.8', undefined],
    ['198.51.100.1', undefined],
    ['2001:db8:1::9', 'Six Networks'],
    ['2001:db9::9', undefined],
    ['::ffff:192.0.2.1', 'Sample Networks'],
    ['', undefined],
    ['no address', undefined],
    ['192.0.2.1:8801', undefined],
  ];
  for (const [address, isp] of expected) t.is(find(address), isp, address);
});

const ISP_RECORDS: [string, RecordValue, string | undefined][] = [
  ['GeoLite2-ASN', { autonomous_system_number: 64_496, autonomous_system_organization: 'A' }, 'A'],
  ['GeoIP2-ISP', { autonomous_system_organization: 'A', isp: 'B', organization: 'C' }, 'B'],
  ['GeoIP2-Enterprise', { traits: { autonomous_system_organization: 'A', isp: 'B' } }, 'B'],
  ['DBIP-ISP', { country: { iso_code: 'DE' }, traits: { isp: 'B', organization: 'C' } }, 'B'],
  ['ipinfo lite', { asn: 'AS64496', as_name: 'A', as_domain: 'a.example', country_code: 'DE' }, 'A'],
  ['ipinfo asn', { asn: 'AS64496', name: 'A', domain: 'a.example', type: 'isp' }, 'A'],
  ['as_organization', { as_organization: 'A' }, 'A'],
  ['organization alone', { organization: 'C' }, 'C'],
  ['a name of something else', { name: 'Berlin' }, undefined],
  ['blank', { isp: ' ', autonomous_system_organization: 'A' }, 'A'],
];

for (const [name, record, isp] of ISP_RECORDS)
  test(`a record of ${name} tells the provider ${isp ?? '(none)'}`, (t) => {
    t.is(ispOf(record as Record<string, unknown>), isp);
  });

const CITY_RECORDS: [string, RecordValue, string | undefined][] = [
  [
    'GeoLite2-City',
    {
      city: { geoname_id: 1, names: { de: 'Musterstadt', en: 'Sampletown' } },
      country: { iso_code: 'US', names: { en: 'United States' } },
    },
    'Sampletown (US)',
  ],
  ['a country alone', { country: { iso_code: 'US', names: { en: 'United States' } } }, 'United States'],
  ['ipinfo', { city: 'Sampletown', country: 'US', region: 'X' }, 'Sampletown (US)'],
  ['ipinfo lite', { country: 'Germany', country_code: 'DE' }, 'DE'],
  ['a city alone', { city: { names: { en: 'Sampletown' } } }, 'Sampletown'],
  ['nothing', { location: { latitude: 1.5 } }, undefined],
];

for (const [name, record, location] of CITY_RECORDS)
  test(`a record of ${name} tells the place ${location ?? '(none)'}`, (t) => {
    t.is(locationOf(record as Record<string, unknown>), location);
  });

test('what is no database, or not all of one, is refused with what it is', (t) => {
  const refused = (bytes: Buffer, pattern: RegExp) => {
    const error = t.throws(() => openAddressDatabase(bytes, ispOf, 'names of providers'), {
      instanceOf: AddressDatabaseError,
    });
    t.regex(error?.message ?? '', pattern);
  };
  refused(Buffer.alloc(0), /is no whole MaxMind-format/);
  refused(Buffer.from('cidr,site\n192.0.2.0/24,Harbour\n'), /is no whole MaxMind-format/);
  refused(Buffer.alloc(100_000), /is no whole MaxMind-format/);
  refused(isps.subarray(0, isps.length - 200), /is no whole MaxMind-format/);
  refused(isps.subarray(isps.length - 250), /beginning is missing/);
  const damaged = Buffer.from(isps);
  damaged.fill(0xff, 0, 600);
  refused(damaged, /is damaged/);
});

test('a database of something else is refused with its type', (t) => {
  const cities = makeAddressDatabase('GeoLite2-City', {
    '192.0.2.0/24': { city: { names: { en: 'Sampletown' } }, country: { iso_code: 'US' } },
  });
  t.throws(() => openAddressDatabase(cities, ispOf, 'names of providers'), {
    message: 'holds no names of providers: its type is GeoLite2-City',
  });
  t.is(openAddressDatabase(cities, locationOf, 'names of places')('192.0.2.1'), 'Sampletown (US)');
});

test('an empty database knows nobody', (t) => {
  const find = openAddressDatabase(makeAddressDatabase('GeoLite2-ASN', {}), ispOf, 'providers');
  t.is(find('192.0.2.1'), undefined);
});
