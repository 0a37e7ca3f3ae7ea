import test from 'ava';
import { attribute } from '../../src/points/attribution.js';
import type { PointOptions } from '../../src/points/options.js';
import { makeShield } from '../../src/points/privacy.js';
import { readSites } from '../../src/points/sites.js';
import { BASE_TIME, baseData, baseEvent } from './base-event.js';
import { DEFAULT_CONTEXT_TAGS, startFolding } from './folding.js';
import { readLine } from './line-reading.js';

const findSite = readSites('192.0.2.0/24,Harbour\n198.51.100.0/24,Hill\n2001:db8::/32,Six');
const findIsp = (address: string) => (address.startsWith('203.0.113.') ? 'Sample Networks' : undefined);
const findLocation = (address: string) => (address.startsWith('203.0.113.') ? 'Sampletown (US)' : undefined);

const PUBLIC = { signaling_ip_address: '203.0.113.9' };

test('an inner address tells the site before the public one', (t) => {
  const site = (details: Record<string, string>) => attribute(details, { findSite }).site;
  t.is(site({ signaling_ip_address: '198.51.100.1', audio_internal_ip_address: '192.0.2.1' }), 'Harbour');
  t.is(site({ signaling_ip_address: '198.51.100.1', audio_internal_ip_address: '10.0.0.1' }), 'Hill');
  t.is(site({ signaling_internal_ip_address: ' 2001:db8::7 ' }), 'Six');
});

test('a public address without a site says that there is none; without it the question stays open', (t) => {
  t.is(attribute(PUBLIC, { findSite }).site, '');
  t.is(attribute({ audio_internal_ip_address: '10.0.0.1' }, { findSite }).site, undefined);
  t.is(attribute({ device: 'Mac' }, { findSite }).site, undefined);
});

test('without a file nothing is told, not even that there is nothing', (t) => {
  t.deepEqual(attribute(PUBLIC, {}), {});
});

test('only public addresses have a provider and a place', (t) => {
  const everywhere = { findIsp: () => 'Sample Networks', findLocation: () => 'Sampletown (US)' };
  const told = { isp: 'Sample Networks', location_by_address: 'Sampletown (US)' };
  for (const address of ['203.0.113.9', '2001:db8::1', '::ffff:203.0.113.9'])
    t.deepEqual(attribute({ signaling_ip_address: address }, everywhere), told, address);
  for (const address of [
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.0.1',
    '127.0.0.1',
    'fd00::1',
    'fe80::1',
    '::1',
    'nowhere',
  ])
    t.deepEqual(
      attribute({ signaling_ip_address: address }, everywhere),
      { isp: '', location_by_address: '' },
      address,
    );
  t.deepEqual(attribute({ audio_internal_ip_address: '203.0.113.9' }, everywhere), {});
});

/** Context tags of the last line that the events become. */
function tagsAfter(options: Partial<PointOptions>, ...events: readonly unknown[]) {
  const contextTags = [...DEFAULT_CONTEXT_TAGS, 'isp'];
  const folding = startFolding({ contextTags, findSite, findIsp, findLocation, ...options });
  const line = events.map((event) => folding.lines(event).at(-1)).at(-1);
  const { site, isp, location } = readLine(line ?? '').tags;
  return { site, isp, location };
}

const at = (seconds: number, details: Record<string, string>) =>
  baseData([details], { eventTs: BASE_TIME + seconds * 1000 });

test("samples carry the provider, and a place where Zoom tells none; Zoom's own word is never put aside", (t) => {
  const unknown = { site: 'unknown', isp: 'unknown', location: 'unknown' };
  const found = { site: 'unknown', isp: 'Sample Networks', location: 'Sampletown (US)' };
  t.deepEqual(tagsAfter({}, baseEvent()), unknown);
  t.deepEqual(tagsAfter({}, at(-60, PUBLIC), baseEvent()), found);
  const told = at(-60, { ...PUBLIC, location: 'Elsewhere (DE)' });
  t.is(tagsAfter({}, told, baseEvent()).location, 'Elsewhere (DE)');
  t.is(tagsAfter({}, told, at(-30, PUBLIC), baseEvent()).location, 'Elsewhere (DE)');
});

test('who leaves a site for an address that belongs to none is no longer counted there', (t) => {
  const office = at(-120, { ...PUBLIC, audio_internal_ip_address: '192.0.2.7' });
  const home = at(-60, { ...PUBLIC, audio_internal_ip_address: '192.168.1.7' });
  t.is(tagsAfter({}, office, baseEvent()).site, 'Harbour');
  t.is(tagsAfter({}, office, home, baseEvent()).site, 'unknown');
  t.is(tagsAfter({}, home, office, baseEvent()).site, 'unknown', 'in whatever order they come');
});

test('of two events of one moment the one that knows a site is believed', (t) => {
  const office = at(-60, { audio_internal_ip_address: '192.0.2.7' });
  const rest = at(-60, { ...PUBLIC, device: 'Mac' });
  t.is(tagsAfter({}, office, rest, baseEvent()).site, 'Harbour');
  t.is(tagsAfter({}, rest, office, baseEvent()).site, 'Harbour');
});

for (const privacy of ['pseudonymous', 'minimal'] as const)
  test(`under PRIVACY=${privacy} site, provider and place are found before the addresses go`, (t) => {
    const shield = makeShield(privacy, Buffer.alloc(32));
    const office = at(-60, { ...PUBLIC, audio_internal_ip_address: '192.0.2.7' });
    const found = { site: 'Harbour', isp: 'Sample Networks', location: 'Sampletown (US)' };
    t.deepEqual(tagsAfter({ privacy, shield }, office, baseEvent()), found);
    const folding = startFolding({ privacy, shield, findSite, findIsp, findLocation });
    const all = [
      folding.lines(office),
      folding.lines(baseEvent()),
      JSON.stringify([...folding.context]),
    ].join();
    t.notRegex(all, /203\.0\.113|192\.0\.2/);
  });

test('an event that is repeated with what it was attributed to then gives the points of then, whatever the list says now', (t) => {
  const office = at(-60, { ...PUBLIC, audio_internal_ip_address: '192.0.2.7' });
  const before = startFolding({ findSite });
  const first = before.fold(office);
  t.deepEqual(first.attribution, { site: 'Harbour' });
  const after = startFolding({ findSite: readSites('192.0.2.0/24,Renamed') });
  t.is(after.fold(office, first.attribution).lines[0]?.text, first.lines[0]?.text);
  t.deepEqual(after.lines(baseEvent()), before.lines(baseEvent()));
});
