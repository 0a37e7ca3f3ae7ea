import test from 'ava';
import { schemaPage } from '../../scripts/docs/schema-page.js';
import { seriesOf, tellSeriesStory } from '../../scripts/docs/series-count.js';
import { defaultPointOptions, StoryWorker } from '../../scripts/docs/story-lines.js';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import { CONTEXT_TAGS, IDENTITY_TAGS, MEASUREMENTS } from '../../src/points/schema.js';
import { startTestInflux } from '../helpers/influx.js';
import { readDocument } from './cookbook.js';
import { writeAll } from './story.js';

const AT = Date.parse('2026-02-03T09:00:00Z');

test('docs/schema.md is what the code makes; if not, run "npm run docs"', (t) => {
  t.is(readDocument('docs/schema.md'), schemaPage());
});

test('docs/schema.md tells every measurement with every tag and field, and an example of each', (t) => {
  const page = readDocument('docs/schema.md');
  for (const name of [...Object.keys(IDENTITY_TAGS), ...Object.keys(CONTEXT_TAGS)])
    t.true(page.includes(`| \`${name}\` |`), name);
  for (const [measurement, { tags, fields }] of Object.entries(MEASUREMENTS)) {
    const section = page.split(`\n### ${measurement}\n`)[1]?.split(/\n##/)[0] ?? '';
    for (const name of [...Object.keys(tags), ...Object.keys(fields)])
      t.true(section.includes(`| \`${name}\` |`), `${measurement}.${name}`);
    t.true(section.includes(`\`\`\`text\n${measurement},`), measurement);
  }
});

test('InfluxDB counts as many series as docs/schema.md does', async (t) => {
  const influx = await startTestInflux(t);
  const writer = new InfluxWriter({
    url: influx.url,
    token: influx.writeToken,
    org: influx.org,
    bucket: influx.bucket,
  });
  const { lines } = tellSeriesStory();
  await writeAll(writer, lines);
  writer.close();
  const [row] = await influx.query(`import "influxdata/influxdb"
    influxdb.cardinality(bucket: "zoom", start: 2026-02-03T00:00:00Z, stop: 2026-02-04T00:00:00Z)`);
  t.is(row?.['_value'], seriesOf(lines).size);
});

test('500 data events that differ only in ports, addresses and microphone bring no series beyond the first one', (t) => {
  const worker = new StoryWorker(defaultPointOptions());
  const data = (index: number) => ({
    event: 'meeting.participant_data',
    event_ts: AT + index * 1000,
    payload: {
      account_id: 'account-0001',
      object: {
        uuid: '4444AAAiAAAAAiAiAiiAii==',
        participant: {
          participant_id: '16778240',
          data: [
            {
              device: 'WIN',
              network_type: 'Wifi',
              version: '6.3.5.54827',
              microphone: `Microphone ${index}`,
              audio_internal_ip_address: `192.0.2.${index % 256}`,
              audio_internal_ip_port: String(50_000 + index),
            },
          ],
        },
      },
    },
  });
  const lines = Array.from(
    { length: 500 },
    (_, index) => worker.work(data(index), AT + index * 1000).lines,
  ).flat();
  t.is(lines.length, 500);
  t.is(seriesOf(lines).size, 1);
});
