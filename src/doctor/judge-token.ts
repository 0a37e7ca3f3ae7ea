import { UNKNOWN_TOKEN } from '../influx/explain-influx-error.js';
import type { Settings } from '../settings/settings.js';
import type { Exchange } from './exchange.js';
import { whyNoAnswer } from './explain-network.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';
import { type InfluxRequests, influxMessage } from './influx-requests.js';

const SETUP = 'run "qss-bridge setup" with INFLUX_ADMIN_TOKEN';

/** Whether the token can write both buckets; `known` is false where it makes no sense to ask more with it. */
export async function judgeWriting(
  requests: InfluxRequests,
  token: string,
  { bucket, rollupBucket }: Settings['influx'],
  org: string,
): Promise<{ readonly findings: readonly Finding[]; readonly known: boolean }> {
  const raw = await requests.writeNothing(token, bucket);
  if (raw.kind === 'failed' || (raw.status === 401 && !/org|bucket/i.test(influxMessage(raw.body) ?? '')))
    return { findings: [judgeAnswer(raw, bucket, org)], known: false };
  const rawFinding = judgeAnswer(raw, bucket, org);
  if (isOrgMissing(raw)) return { findings: [rawFinding], known: true };
  const rollup = await requests.writeNothing(token, rollupBucket);
  const rollupFinding =
    rollup.kind === 'answer' && rollup.status === 403
      ? warning(
          `the token may not write bucket "${rollupBucket}"`,
          `${SETUP}: it makes a token for both buckets`,
        )
      : judgeAnswer(rollup, rollupBucket, org);
  return { findings: [rawFinding, rollupFinding], known: true };
}

function judgeAnswer(answer: Exchange, bucket: string, org: string): Finding {
  if (answer.kind === 'failed')
    return fault(
      `a write to bucket "${bucket}" was not answered: ${whyNoAnswer(answer)}`,
      'check the load and the disk of InfluxDB; events wait on disk meanwhile',
    );
  const { status, body } = answer;
  const said = influxMessage(body);
  // An empty request may be refused for its emptiness, once everything else was found right.
  if (status === 204 || (status === 400 && said !== undefined))
    return ok(`organization "${org}" has bucket "${bucket}", and the token may write it`);
  if (status === 401)
    return said === undefined || said === UNKNOWN_TOKEN
      ? fault(
          `InfluxDB${said === undefined ? ', or something in front of it,' : ''} does not know the token (401)`,
          `INFLUX_TOKEN was revoked, belongs to another InfluxDB, or a part of it is missing: ${SETUP} for a new one, set it, and start the bridge again`,
        )
      : fault(`InfluxDB refuses the token: ${said}`, `${SETUP} for a valid one`);
  if (status === 403)
    return fault(
      `the token may not write bucket "${bucket}"`,
      `${SETUP} for a token that may, and set INFLUX_TOKEN to it`,
    );
  if (isOrgMissing(answer))
    return fault(
      `InfluxDB has no organization "${org}"`,
      'set INFLUX_ORG to the name of the organization, as it is written in InfluxDB',
    );
  if (status === 404 && said !== undefined)
    return fault(
      `organization "${org}" has no bucket "${bucket}"`,
      `${SETUP} to create it, or correct INFLUX_BUCKET and INFLUX_ROLLUP_BUCKET; events wait on disk meanwhile`,
    );
  return fault(
    `a write to bucket "${bucket}" was answered ${status}${said === undefined ? '' : `: ${said}`}`,
    status >= 500
      ? 'look into the log of InfluxDB; events wait on disk meanwhile'
      : 'check what is in front of InfluxDB, and INFLUX_URL',
  );
}

function isOrgMissing(answer: Exchange): boolean {
  return (
    answer.kind === 'answer' &&
    answer.status === 404 &&
    /organization/i.test(influxMessage(answer.body) ?? '')
  );
}

/** Whether the token may do more than it needs to. */
export async function judgePower(requests: InfluxRequests, token: string, bucket: string): Promise<Finding> {
  const fix = `${SETUP}: it makes a token that can only write these buckets; give the bridge that one`;
  const me = await requests.me(token);
  if (me.kind === 'answer' && me.status === 200)
    return warning(
      'the token is an operator or all-access token: whoever gets hold of it owns this InfluxDB',
      fix,
    );
  const reading = await requests.readNothing(token, bucket);
  if (reading.kind === 'answer' && reading.status === 200)
    return warning('the token may also read the points, which the bridge never does', fix);
  return me.kind === 'failed' || reading.kind === 'failed'
    ? skipped('whether the token may do too much was not answered', 'run this again')
    : ok('the token can only write');
}
