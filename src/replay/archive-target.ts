import { join } from 'node:path';
import { LOCAL_ORG, remoteTarget, startLocal } from '../bridge/connect-influx.js';
import { askBridge } from '../doctor/running-bridge.js';
import type { InfluxTarget } from '../influx/influx-writer.js';
import { readCredentials } from '../influx/local/credentials.js';
import { influxdFolder } from '../influx/local/influxd-folder.js';
import { InfluxdUnavailableError } from '../influx/local/influxd-unavailable-error.js';
import { readTokenFile } from '../influx/token-file.js';
import type { Log } from '../log.js';
import type { Settings } from '../settings/settings.js';
import { isDataDirLocked } from '../spool/lock.js';

/** How long a running bridge may take to say where its InfluxDB is. */
const ASK_MS = 10_000;

/** Points have no place to go to. */
export class TargetError extends Error {
  readonly code = 'no_influxdb';
}

/** Where points go, and how to end what was started for that. */
export type ArchiveTarget = { readonly target: InfluxTarget; end(): Promise<void> };

/**
 * Finds the InfluxDB that the bridge writes to: the one in the settings, else the local one, which is started where no bridge runs
 * it.
 *
 * @throws {TargetError}
 */
export async function findTarget(settings: Settings, log: Log): Promise<ArchiveTarget> {
  const remote = remoteTarget(settings);
  if (remote !== undefined) return { target: remote, end: async () => {} };
  if (settings.influx.url !== undefined)
    throw new TargetError('INFLUX_URL is set, so INFLUX_TOKEN and INFLUX_ORG are needed, too');
  if (isDataDirLocked(settings.dataDir)) return { target: await runningLocal(settings), end: async () => {} };
  try {
    const { target, local } = await startLocal(settings, log, (line) => log.info(line));
    return { target, end: async () => await local?.stop() };
  } catch (error) {
    if (!(error instanceof InfluxdUnavailableError)) throw error;
    throw new TargetError(error.message, { cause: error });
  }
}

/** The local InfluxDB of a bridge that runs: its port is told on the status page, its token lies in the data folder. */
async function runningLocal(settings: Settings): Promise<InfluxTarget> {
  const { dataDir, influx } = settings;
  const bridge = await askBridge(settings, AbortSignal.timeout(ASK_MS));
  const url = bridge.kind === 'running' ? bridge.status.writer.url : undefined;
  const kept = await readTokenFile(join(dataDir, 'tokens', 'influx-write-token'));
  const credentials = await readCredentials(influxdFolder(dataDir).credentials);
  if (url === undefined || kept === undefined)
    throw new TargetError(
      `the bridge of ${dataDir} runs, but it does not tell where its InfluxDB is: set ADMIN_HOST and ADMIN_PORT as it has them, or stop it meanwhile`,
    );
  return { url, token: kept.token, org: credentials?.org ?? influx.org ?? LOCAL_ORG, bucket: influx.bucket };
}
