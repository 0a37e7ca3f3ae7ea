import { array, mask, number, object, optional, string } from 'superstruct';
import { rawShardGroupSeconds, rollupShardGroupSeconds } from '../influx/provision-buckets.js';
import type { Settings } from '../settings/settings.js';
import { inWords } from './durations.js';
import { type Finding, ok, skipped, warning } from './finding.js';
import type { InfluxRequests } from './influx-requests.js';

const BucketsSchema = object({
  buckets: array(
    object({
      name: string(),
      retentionRules: array(
        object({ everySeconds: number(), shardGroupDurationSeconds: optional(number()) }),
      ),
    }),
  ),
});

type Kept = { readonly retention: number; readonly shardGroup: number | undefined };

/** Whether the buckets keep points as long as configured, in shard groups of the right length. */
export async function* judgeBuckets(
  requests: InfluxRequests,
  tokens: readonly string[],
  influx: Settings['influx'],
): AsyncIterable<Finding> {
  const { retentionSeconds, rollupRetentionSeconds } = influx;
  const wanted = [
    ['RETENTION', influx.bucket, retentionSeconds, rawShardGroupSeconds(retentionSeconds)],
    [
      'ROLLUP_RETENTION',
      influx.rollupBucket,
      rollupRetentionSeconds,
      rollupShardGroupSeconds(rollupRetentionSeconds),
    ],
  ] as const;
  let unseen = 0;
  for (const [setting, bucket, retention, shardGroup] of wanted) {
    const kept = await find(requests, tokens, bucket);
    if (kept === undefined) unseen += 1;
    else yield judge(setting, bucket, kept, { retention, shardGroup });
  }
  if (unseen > 0)
    yield skipped(
      `how long ${unseen === 2 ? 'the buckets keep' : 'one of the buckets keeps'} points can't be seen with a token that only writes`,
      'set INFLUX_ADMIN_TOKEN for this one run, or INFLUX_TOKENS_DIR to where setup keeps the token for reading',
    );
}

function judge(setting: string, bucket: string, kept: Kept, wanted: Kept): Finding {
  const fix = 'run "qss-bridge setup" with INFLUX_ADMIN_TOKEN to make it so';
  if (kept.retention !== wanted.retention)
    return warning(
      `bucket "${bucket}" keeps points ${forHowLong(kept.retention)}, and ${setting} says ${forHowLong(wanted.retention)}`,
      kept.retention !== 0 && (wanted.retention === 0 || kept.retention < wanted.retention)
        ? `${fix}; until then points are deleted earlier than you want`
        : fix,
    );
  // A server that does not tell its shard groups, as InfluxDB Cloud, has none that could be set.
  if (kept.shardGroup !== undefined && kept.shardGroup !== wanted.shardGroup)
    return warning(
      `bucket "${bucket}" has shard groups of ${seconds(kept.shardGroup)} instead of ${seconds(wanted.shardGroup ?? 0)}, which makes queries and deleting slower`,
      fix,
    );
  return ok(`bucket "${bucket}" keeps points ${forHowLong(kept.retention)}, as ${setting} says`);
}

/** Asks with each token in turn, since some may not see it. */
async function find(
  requests: InfluxRequests,
  tokens: readonly string[],
  name: string,
): Promise<Kept | undefined> {
  for (const token of tokens) {
    const answer = await requests.bucketNamed(token, name);
    if (answer.kind === 'failed' || answer.status !== 200) continue;
    const bucket = read(answer.body).find((candidate) => candidate.name === name);
    if (bucket === undefined) continue;
    const [rule] = bucket.retentionRules;
    return { retention: rule?.everySeconds ?? 0, shardGroup: rule?.shardGroupDurationSeconds };
  }
  return undefined;
}

function read(body: string): (typeof BucketsSchema)['TYPE']['buckets'] {
  try {
    return mask(JSON.parse(body), BucketsSchema).buckets;
  } catch {
    return [];
  }
}

function forHowLong(retention: number): string {
  return retention === 0 ? 'for ever' : `for ${seconds(retention)}`;
}

function seconds(count: number): string {
  return inWords(count * 1_000);
}
