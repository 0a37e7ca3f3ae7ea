import { join } from 'node:path';
import { connectAdmin, type InfluxAdmin } from './influx-admin.js';
import type { Log } from './log.js';
import { PRIVATE_FILE_MODE } from './private-file.js';
import { provisionBucket, rawShardGroupSeconds, rollupShardGroupSeconds } from './provision-buckets.js';
import { provisionTasks } from './provision-tasks.js';
import { provisionToken } from './provision-token.js';
import { makeTokensFolder } from './token-file.js';

const WRITE_TOKEN = { description: 'qss-bridge: write', file: 'influx-write-token' };
const READ_TOKEN = { description: 'qss-bridge: read, for Grafana', file: 'influx-read-token' };

/** What {@link provisionInflux} prepares. */
export interface ProvisionOptions {
  /** Of any InfluxDB 2; a path prefix is fine. */
  url: string;
  org: string;
  /** An all-access or operator token. */
  adminToken: string;
  bucket: string;
  rollupBucket: string;
  /** 0 keeps everything. */
  retentionSeconds: number;
  rollupRetentionSeconds: number;
  /** Where the two tokens are kept. */
  tokensDir: string;
  /** Who may read the token that can only read: 0600 unless another user, such as Grafana's in its container, has to. */
  tokenFileMode?: number;
  log?: Log;
}

/** What is there now. */
export interface ProvisionResult {
  /** What had to be done, in words; nothing where all was as it shall be. */
  changes: string[];
  orgId: string;
  writeTokenFile: string;
  readTokenFile: string;
  writeToken: string;
  readToken: string;
}

/**
 * Prepares an InfluxDB 2: the two buckets, a token that can only write them, one that can only read them, and the tasks
 * that make the rollups. Running it again changes nothing; what was lost, revoked or altered since is put right.
 *
 * @throws {@link InfluxSetupError} with what to do about it
 */
export async function provisionInflux(options: ProvisionOptions): Promise<ProvisionResult> {
  const { log } = options;
  const admin = await connectAdmin(options);
  const access = await provisionAccess(admin, options);
  const changes = [...access.changes, ...(await provisionTasks(admin, options))];
  for (const change of changes) {
    log?.info(change);
  }
  return { ...access, changes };
}

/** As {@link provisionInflux}, but the buckets and the tokens alone. */
export async function provisionAccess(
  admin: InfluxAdmin,
  options: ProvisionOptions,
): Promise<ProvisionResult> {
  const { bucket, rollupBucket, retentionSeconds, rollupRetentionSeconds, tokensDir, adminToken } = options;
  const raw = await provisionBucket(admin, {
    name: bucket,
    retentionSeconds,
    shardGroupSeconds: rawShardGroupSeconds(retentionSeconds),
  });
  const rollup = await provisionBucket(admin, {
    name: rollupBucket,
    retentionSeconds: rollupRetentionSeconds,
    shardGroupSeconds: rollupShardGroupSeconds(rollupRetentionSeconds),
  });
  const bucketIds = [raw.id, rollup.id];
  const fileMode = options.tokenFileMode ?? PRIVATE_FILE_MODE;
  await makeTokensFolder(tokensDir, fileMode);
  const writeTokenFile = join(tokensDir, WRITE_TOKEN.file);
  const readTokenFile = join(tokensDir, READ_TOKEN.file);
  const write = await provisionToken(admin, {
    description: WRITE_TOKEN.description,
    rights: { action: 'write', bucketIds },
    path: writeTokenFile,
    fileMode: PRIVATE_FILE_MODE,
    adminToken,
  });
  const read = await provisionToken(admin, {
    description: READ_TOKEN.description,
    rights: { action: 'read', bucketIds },
    path: readTokenFile,
    fileMode,
    adminToken,
  });
  return {
    changes: [...raw.changes, ...rollup.changes, ...write.changes, ...read.changes],
    orgId: admin.orgId,
    writeTokenFile,
    readTokenFile,
    writeToken: write.token,
    readToken: read.token,
  };
}
