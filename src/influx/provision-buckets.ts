import { BucketsAPI } from '@influxdata/influxdb-client-apis';
import { array, type Infer, literal, number, object, optional, string } from 'superstruct';
import type { InfluxAdmin } from './influx-admin.js';
import { InfluxSetupError } from './influx-setup-error.js';
import { whereNotFound } from './where-not-found.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** InfluxDB's own limit between daily and weekly shard groups. */
const LONG_RETENTION = 180 * DAY;

const BucketSchema = object({
  id: string(),
  name: string(),
  retentionRules: array(
    object({
      type: optional(literal('expire')),
      everySeconds: number(),
      shardGroupDurationSeconds: optional(number()),
    }),
  ),
});
const BucketsSchema = object({ buckets: array(BucketSchema) });

type Bucket = Infer<typeof BucketSchema>;

/** A bucket as it shall be; 0 seconds of retention means that nothing expires. */
export interface WantedBucket {
  name: string;
  retentionSeconds: number;
  shardGroupSeconds: number;
}

/**
 * @param retentionSeconds - 0 for ever
 * @returns a day, less where the retention is shorter: InfluxDB refuses a shard group that outlives it
 */
export function rawShardGroupSeconds(retentionSeconds: number): number {
  return retentionSeconds === 0 ? DAY : Math.min(DAY, retentionSeconds);
}

/** @returns a week where the rollups live long, else as for raw points. */
export function rollupShardGroupSeconds(retentionSeconds: number): number {
  return retentionSeconds === 0 || retentionSeconds > LONG_RETENTION
    ? WEEK
    : rawShardGroupSeconds(retentionSeconds);
}

/**
 * Creates the bucket or corrects its retention and shard groups.
 *
 * @returns its id, and what was changed, in words
 */
export async function provisionBucket(
  admin: InfluxAdmin,
  wanted: WantedBucket,
): Promise<{ id: string; changes: string[] }> {
  const api = new BucketsAPI(admin.client);
  const { name, retentionSeconds, shardGroupSeconds } = wanted;
  const retentionRules = [
    { type: 'expire' as const, everySeconds: retentionSeconds, shardGroupDurationSeconds: shardGroupSeconds },
  ];
  const { buckets } = await admin.ask(
    `read bucket ${name}`,
    () => api.getBuckets({ orgID: admin.orgId, name }).catch(whereNotFound({ buckets: [] })),
    BucketsSchema,
  );
  const found = buckets.find((bucket) => bucket.name === name);
  if (found === undefined) {
    const created = await admin.ask(
      `create bucket ${name}`,
      () => api.postBuckets({ body: { orgID: admin.orgId, name, retentionRules } }),
      BucketSchema,
    );
    return {
      id: created.id,
      changes: [`created bucket ${name}, which keeps ${describeSeconds(retentionSeconds)}`],
    };
  }
  const changes = differences(found, wanted);
  if (changes.length > 0) {
    await admin.attempt(`change bucket ${name}`, () =>
      api.patchBucketsID({ bucketID: found.id, body: { retentionRules } }),
    );
  }
  return { id: found.id, changes };
}

/**
 * @returns how long a bucket keeps its points, seconds; 0 for ever
 * @throws {@link InfluxSetupError} where there is no such bucket
 */
export async function bucketRetention(admin: InfluxAdmin, name: string): Promise<number> {
  const api = new BucketsAPI(admin.client);
  const { buckets } = await admin.ask(
    `read bucket ${name}`,
    () => api.getBuckets({ orgID: admin.orgId, name }).catch(whereNotFound({ buckets: [] })),
    BucketsSchema,
  );
  const found = buckets.find((bucket) => bucket.name === name);
  if (found === undefined)
    throw new InfluxSetupError(
      'influx_refused',
      `InfluxDB at ${admin.url} has no bucket ${name}; "qss-bridge setup" creates it`,
    );
  return found.retentionRules[0]?.everySeconds ?? 0;
}

function differences(bucket: Bucket, wanted: WantedBucket): string[] {
  const rule = bucket.retentionRules[0];
  const retention = rule?.everySeconds ?? 0;
  const changes: string[] = [];
  if (retention !== wanted.retentionSeconds) {
    changes.push(
      `bucket ${wanted.name} now keeps ${describeSeconds(wanted.retentionSeconds)} instead of ${describeSeconds(retention)}`,
    );
  }
  // A server that does not tell its shard groups, as InfluxDB Cloud, has none that could be set.
  const shardGroup = rule?.shardGroupDurationSeconds;
  if (shardGroup !== undefined && shardGroup !== wanted.shardGroupSeconds) {
    changes.push(
      `new shard groups of bucket ${wanted.name} now span ${describeSeconds(wanted.shardGroupSeconds)} instead of ${describeSeconds(shardGroup)}`,
    );
  }
  return changes;
}

function describeSeconds(seconds: number): string {
  if (seconds === 0) {
    return 'everything';
  }
  if (seconds % DAY === 0) {
    return `${seconds / DAY} d`;
  }
  return seconds % HOUR === 0 ? `${seconds / HOUR} h` : `${seconds} s`;
}
