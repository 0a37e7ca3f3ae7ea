import test from 'ava';
import { seriesOf, tellSeriesStory } from '../../scripts/docs/series-count.js';
import { defaultPointOptions, StoryWorker } from '../../scripts/docs/story-lines.js';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import { startTestInflux } from '../helpers/influx.js';
import { writeAll } from './story.js';

const AT = Date.parse('2026-02-03T09:00:00Z');

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
