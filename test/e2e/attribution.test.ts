import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeAddressDatabase } from '../helpers/address-database.js';
import { type BridgeProcess, startBridgeProcess, toInflux } from '../helpers/bridge-process.js';
import { startTestInflux, type TestInflux } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { BASE_DETAILS, baseData, baseEvent, sample } from '../points/base-event.js';

let shared: TestInflux | undefined;
test.before(async () => {
  shared = await startTestInflux();
});
test.after.always(async () => await shared?.stop());

const ADDRESSES = { signaling_ip_address: '203.0.113.9', audio_internal_ip_address: '192.0.2.7' };
const asn = (name: string) =>
  makeAddressDatabase('GeoLite2-ASN', { '203.0.113.0/24': { autonomous_system_organization: name } });
const CITIES = makeAddressDatabase('GeoLite2-City', {
  '203.0.113.0/24': { city: { names: { en: 'Sampletown' } }, country: { iso_code: 'US' } },
});

type Running = BridgeProcess & {
  /** A new participant tells its addresses and sends a sample; gives the tags of that sample in InfluxDB. */
  tagsOfNext(): Promise<{ site: unknown; isp: unknown; location: unknown }>;
};

async function start(t: ExecutionContext, env: Record<string, string>): Promise<Running> {
  if (shared === undefined) throw new Error('no InfluxDB');
  const influx = shared;
  const bridge = await startBridgeProcess(t, { ...toInflux(influx, influx.bucket), ...env });
  let count = 0;
  const tagsOfNext = async () => {
    count += 1;
    const uuid = `${t.title.length}-${process.hrtime.bigint()}-${count}`;
    const now = Date.now();
    const taken = new Date(now - 1_000).toISOString();
    await bridge.post(baseData([ADDRESSES], { eventTs: now - 2_000, uuid }));
    await bridge.post(baseEvent({ eventTs: now, uuid, qos: [sample('audio_input', BASE_DETAILS, taken)] }));
    await bridge.drained();
    const [row] = await influx.query(`
      from(bucket: "${influx.bucket}") |> range(start: -1h)
        |> filter(fn: (r) => r._measurement == "zoom_qos" and r.meeting == "${uuid}" and r._field == "latency_ms")`);
    const { site, isp, location } = row ?? {};
    return { site, isp, location };
  };
  return { ...bridge, tagsOfNext };
}

const logged = ({ log }: BridgeProcess, message: RegExp) =>
  log.filter((line) => message.test(String(line['message'])));

test('files that change while the bridge runs are used within seconds, faulty ones are not', async (t) => {
  const folder = tempFolder(t, 'attribution');
  const file = (name: string) => join(folder, name);
  const put = (name: string, content: string | Buffer) => {
    writeFileSync(file(`${name}.new`), content);
    renameSync(file(`${name}.new`), file(name));
  };
  put('sites.csv', '192.0.2.0/24,Harbour\n');
  put('asn.mmdb', asn('Sample Networks'));
  put('city.mmdb', CITIES);
  const bridge = await start(t, {
    SITES_FILE: file('sites.csv'),
    ASN_DB_FILE: file('asn.mmdb'),
    CITY_DB_FILE: file('city.mmdb'),
  });
  const first = { site: 'Harbour', isp: 'Sample Networks', location: 'Sampletown (US)' };
  t.deepEqual(await bridge.tagsOfNext(), first);

  put('sites.csv', '192.0.2.0/24,Hill\n');
  put('asn.mmdb', asn('Renamed Networks'));
  const since = Date.now();
  await until('both are read again', () => logged(bridge, /was read again/).length === 2);
  t.log(`read again after ${Date.now() - since} ms`);
  t.deepEqual(await bridge.tagsOfNext(), { ...first, site: 'Hill', isp: 'Renamed Networks' });

  put('sites.csv', '192.0.2.0/24,Nowhere\nnonsense\n');
  await until('the fault is told', () => logged(bridge, /the old one stays/).length === 1);
  t.like(logged(bridge, /the old one stays/)[0], {
    level: 'error',
    setting: 'SITES_FILE',
    file: file('sites.csv'),
  });
  t.is((await bridge.tagsOfNext()).site, 'Hill');

  put('sites.csv', '192.0.2.0/24,Pier\n');
  await until('the new list is used', () => logged(bridge, /the site list was read again/).length === 2);
  t.is((await bridge.tagsOfNext()).site, 'Pier');
  t.is(logged(bridge, /the old one stays/).length, 1);
});

test('the query for addresses without a site finds them', async (t) => {
  const file = join(tempFolder(t, 'attribution'), 'sites.csv');
  writeFileSync(file, '198.51.100.0/24,Hill\n');
  const bridge = await start(t, { SITES_FILE: file });
  t.is((await bridge.tagsOfNext()).site, 'unknown');
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const query = /```flux\n(.*?)```/s.exec(page)?.[1] ?? '';
  const rows = (await shared?.query(query)) ?? [];
  const addresses = new Map(rows.map(({ kind, address }) => [kind, address]));
  t.is(addresses.get('signaling_ip_address'), ADDRESSES.signaling_ip_address);
  t.is(addresses.get('audio_internal_ip_address'), ADDRESSES.audio_internal_ip_address);
});

test('without ASN_DB_FILE the tag isp is not written, unless CONTEXT_TAGS names it', async (t) => {
  t.is((await (await start(t, {})).tagsOfNext()).isp, undefined);
  t.is((await (await start(t, { CONTEXT_TAGS: 'site,isp' })).tagsOfNext()).isp, 'unknown');
});
