import type { Check, DoctorContext } from './check.js';
import { shownUrl } from './explain-network.js';
import { type Finding, fault, skipped } from './finding.js';
import { InfluxRequests } from './influx-requests.js';
import { influxTarget } from './influx-target.js';
import { judgeBuckets } from './judge-buckets.js';
import { judgeLocalInflux } from './judge-local-influx.js';
import { judgeReach } from './judge-reach.js';
import { judgePower, judgeWriting } from './judge-token.js';

/** Whether InfluxDB takes what the bridge writes, and keeps it as long as it should. */
export const checkInflux: Check = {
  name: 'influxdb',
  title: 'InfluxDB',
  limitMs: 30_000,
  async *run(context, signal): AsyncIterable<Finding> {
    const { settings, reading } = context;
    if (['INFLUX_URL', 'INFLUX_ORG'].some((name) => reading.faulty.has(name))) {
      yield skipped('it was not asked', 'correct INFLUX_URL and INFLUX_ORG first');
      return;
    }
    const target = await influxTarget(context);
    if (target === undefined) {
      yield* judgeLocalInflux(context);
      return;
    }
    const requests = new InfluxRequests(target, signal);
    const reach = await judgeReach(target.url, requests);
    yield reach;
    if (reach.level === 'fault') return;
    if (target.token === undefined) yield withoutToken(context, target.url);
    else {
      const writing = await judgeWriting(requests, target.token, settings.influx, target.org);
      yield* writing.findings;
      if (!writing.known) return;
      yield await judgePower(requests, target.token, settings.influx.bucket);
    }
    yield* judgeBuckets(requests, target.seeing, settings.influx);
  },
};

function withoutToken({ settings }: DoctorContext, url: string): Finding {
  return settings.influx.url === undefined
    ? fault(
        `${settings.dataDir}/tokens/influx-write-token is missing or can't be read: the token for the local InfluxDB at ${shownUrl(url)}`,
        'run the doctor as the user who runs the bridge; start the bridge again if the file is not there, which makes a new one',
      )
    : skipped('whether it takes points was not tried', 'set INFLUX_TOKEN first');
}
