import { LOCAL_ORG, startLocal } from '../bridge/connect-influx.js';
import { askBridge } from '../doctor/running-bridge.js';
import { InfluxSetupError } from '../influx/influx-setup-error.js';
import { readCredentials } from '../influx/local/credentials.js';
import { influxdFolder } from '../influx/local/influxd-folder.js';
import type { Log } from '../log.js';
import type { Settings } from '../settings/settings.js';
import { isDataDirLocked } from '../spool/lock.js';

/** How long a running bridge may take to say where its InfluxDB is. */
const ASK_MS = 10_000;

/** An InfluxDB whose raw points may be read and whose rollups may be written, and how to end what was started for that. */
export type RollupTarget = {
  readonly url: string;
  readonly org: string;
  readonly token: string;
  end(): Promise<void>;
};

/**
 * Finds the InfluxDB that rollups are made in: the one in the settings, with the admin token; else the local one, that of the bridge
 * where one runs on the data folder, or started for this.
 *
 * @throws {InfluxSetupError}
 */
export async function findRollupTarget(settings: Settings, log: Log): Promise<RollupTarget> {
  const { influx, dataDir } = settings;
  const end = async () => {};
  if (influx.url !== undefined) {
    if (influx.adminToken === undefined)
      throw new InfluxSetupError(
        'influx_admin_token_missing',
        'INFLUX_ADMIN_TOKEN (or INFLUX_ADMIN_TOKEN_FILE) is needed: the token of the bridge may not read, and that of Grafana may not write',
      );
    return { url: influx.url, org: influx.org ?? LOCAL_ORG, token: influx.adminToken, end };
  }
  if (!isDataDirLocked(dataDir)) {
    const { local } = await startLocal(settings, log, (line) => log.info(line));
    if (local !== undefined)
      return { url: local.url, org: local.org, token: local.token, end: () => local.stop() };
  }
  const bridge = await askBridge(settings, AbortSignal.timeout(ASK_MS));
  const url = bridge.kind === 'running' ? bridge.status.writer.url : undefined;
  const credentials = await readCredentials(influxdFolder(dataDir).credentials);
  if (url === undefined || credentials === undefined)
    throw new InfluxSetupError(
      'influx_unreachable',
      `the bridge of ${dataDir} runs, but it does not tell where its InfluxDB is: set ADMIN_HOST and ADMIN_PORT as it has them, or stop it meanwhile`,
    );
  return { url, org: credentials.org, token: credentials.token, end };
}
