import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readSettings } from '../../src/settings/read-settings.js';
import { Spool } from '../../src/spool/spool.js';
import { WriterHost } from '../../src/writer/host.js';
import { startTestInflux } from '../helpers/influx.js';
import { recordingLog } from '../helpers/recording-log.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { BASE_TIME, baseData } from '../points/base-event.js';

test('a writer that starts while the site list is faulty waits for it rather than write points without their site', async (t) => {
  const influx = await startTestInflux(t);
  const dataDir = tempFolder(t, 'writer');
  const sites = join(dataDir, 'sites.csv');
  writeFileSync(sites, 'nonsense\n');
  const spool = new Spool(dataDir, 2 ** 40);
  t.teardown(() => spool.close());
  const event = baseData([{ device: 'Mac', audio_internal_ip_address: '192.0.2.7' }], { eventTs: BASE_TIME });
  await spool.append(Buffer.from(JSON.stringify(event)), Date.now());
  const log = recordingLog();
  const { points } = readSettings({ SITES_FILE: sites }, { zoom: false });
  const writer = new WriterHost(
    { dataDir, owner: spool.owner, points, archiveSeconds: 0, settleMs: 0, countDistinct: false },
    log,
  );
  const { url, org, token, bucket } = influx;
  writer.setTarget({ url, org, token, bucket });
  await until('it is told', () => log.entries.some(({ level }) => level === 'error'));
  t.like(writer.state.obstacle, { reason: 'writer_failed' });
  t.regex(
    JSON.stringify(log.entries),
    /the writer failed and is started again.*SITES_FILE .*sites\.csv can't be used: .*line 1/,
  );
  t.is(spool.counts().waiting, 1);

  writeFileSync(sites, '192.0.2.0/24,Harbour\n');
  await until('the event is written', () => spool.counts().waiting === 0);
  t.true(await writer.stop(5_000));
  const rows = await influx.query(
    `from(bucket: "${bucket}") |> range(start: 0) |> filter(fn: (r) => r._measurement == "zoom_participant")`,
  );
  t.true(rows.length > 0);
  for (const { site } of rows) t.is(site, 'Harbour');
});
