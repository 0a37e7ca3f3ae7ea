import { answerTime } from './durations.js';
import type { Exchange } from './exchange.js';
import { isCertificateFault, shownUrl, whyNoAnswer } from './explain-network.js';
import { type Finding, fault, ok } from './finding.js';
import { type InfluxRequests, influxMessage } from './influx-requests.js';

/** Whether an InfluxDB 2 answers. */
export async function judgeReach(url: string, requests: InfluxRequests): Promise<Finding> {
  const shown = shownUrl(url);
  const ping = await requests.ping();
  if (ping.kind === 'failed') return unreachable(ping, shown);
  if (ping.status >= 300 && ping.status < 400)
    return fault(
      `${shown} redirects to ${redirectTarget(ping.headers.location)}`,
      'set INFLUX_URL to the address behind it',
    );
  const version = text(ping.headers['x-influxdb-version']) ?? (await versionFromHealth(requests));
  const isCloud = ping.headers['x-influxdb-build'] !== undefined;
  if (version === undefined && !isCloud)
    return ping.status >= 500
      ? fault(
          `${shown} answers ${ping.status}`,
          'look into the log of InfluxDB, and of what is in front of it; events wait on disk',
        )
      : fault(
          `what answers at ${shown} is no InfluxDB (${ping.status} to /ping)`,
          'set INFLUX_URL to the address of an InfluxDB 2, without a page of its web interface at the end',
        );
  const major = /^v?(\d+)\./.exec(version ?? '')?.[1];
  if (major !== undefined && major !== '2')
    return fault(
      `InfluxDB at ${shown} is of version ${version}, and the bridge writes to InfluxDB 2`,
      'set INFLUX_URL to an InfluxDB 2, or leave it out: the bridge then runs one itself',
    );
  return ok(`InfluxDB ${version ?? ''} answers at ${shown} in ${answerTime(ping.ms)}`);
}

function unreachable(failure: Extract<Exchange, { kind: 'failed' }>, shown: string): Finding {
  if (isCertificateFault(failure.code))
    return fault(
      `InfluxDB at ${shown} can't be trusted: ${whyNoAnswer(failure)}`,
      "give InfluxDB a certificate for this name; one of your own authority takes NODE_EXTRA_CA_CERTS=FILE in the bridge's environment",
    );
  return fault(
    `InfluxDB at ${shown} can't be reached: ${whyNoAnswer(failure)}`,
    'check that InfluxDB runs, that INFLUX_URL is right and that no firewall is in between; events wait on disk meanwhile',
  );
}

async function versionFromHealth(requests: InfluxRequests): Promise<string | undefined> {
  const health = await requests.health();
  if (health.kind === 'failed' || influxMessage(health.body) === undefined) return undefined;
  return /"version"\s*:\s*"([^"]{1,40})"/.exec(health.body)?.[1];
}

function redirectTarget(location: string | undefined): string {
  return location === undefined ? 'another address' : shownUrl(location);
}

function text(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
