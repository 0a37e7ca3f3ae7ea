import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InfluxTarget } from '../influx/influx-writer.js';
import { InfluxdUnavailableError } from '../influx/local/influxd-unavailable-error.js';
import { ensureLocalInflux, type LocalInflux } from '../influx/local/local-influx.js';
import { provisionInflux } from '../influx/provision.js';
import type { Log } from '../log.js';
import type { Settings } from '../settings/settings.js';

/** Name of the organization in a local InfluxDB, where INFLUX_ORG says nothing else. */
export const LOCAL_ORG = 'qss-bridge';

/** Pause before a local InfluxDB that could not be had is tried again. */
const TRY_AGAIN_MS = 60_000;

/** An InfluxDB to write to, and what it takes to end it where it is our own. */
export type ConnectedInflux = {
  readonly target: InfluxTarget;
  readonly readToken: string | undefined;
  readonly local: LocalInflux | undefined;
};

/** Starts the local InfluxDB and prepares it. */
export async function startLocal(
  settings: Settings,
  log: Log,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<ConnectedInflux> {
  const { influx, dataDir } = settings;
  const org = influx.org ?? LOCAL_ORG;
  const local = await ensureLocalInflux({
    dataDir,
    org,
    bucket: influx.bucket,
    progress,
    log,
    ...(signal === undefined ? {} : { signal }),
    onExit: () => log.warn('the local InfluxDB ended and is started again'),
  });
  try {
    const { writeToken, readToken } = await provisionInflux({
      url: local.url,
      org: local.org,
      adminToken: local.token,
      bucket: influx.bucket,
      rollupBucket: influx.rollupBucket,
      retentionSeconds: influx.retentionSeconds,
      rollupRetentionSeconds: influx.rollupRetentionSeconds,
      tokensDir: join(dataDir, 'tokens'),
      log,
    });
    return {
      target: { url: local.url, token: writeToken, org: local.org, bucket: influx.bucket },
      readToken,
      local,
    };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

/** The InfluxDB that the settings name; undefined where they name none. */
export function remoteTarget({ influx }: Settings): InfluxTarget | undefined {
  const { url, token, org, bucket } = influx;
  return url === undefined || token === undefined || org === undefined
    ? undefined
    : { url, token, org, bucket };
}

/** Tries to start the local InfluxDB until it works: receiving goes on without it meanwhile. */
export async function startLocalPersistently(
  settings: Settings,
  log: Log,
  signal: AbortSignal,
): Promise<ConnectedInflux | undefined> {
  while (!signal.aborted) {
    try {
      return await startLocal(settings, log, (line) => log.info(line), signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      const missing = error instanceof InfluxdUnavailableError;
      log.error(
        missing
          ? 'there is no local InfluxDB; events wait on disk'
          : 'the local InfluxDB could not be started',
        {
          cause: error instanceof Error ? error.message : String(error),
        },
      );
      await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
