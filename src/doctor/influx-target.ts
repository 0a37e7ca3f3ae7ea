import { dirname, join } from 'node:path';
import { LOCAL_ORG } from '../bridge/connect-influx.js';
import { readCredentials } from '../influx/local/credentials.js';
import { influxdFolder } from '../influx/local/influxd-folder.js';
import { readTokenFile } from '../influx/token-file.js';
import { trimValue } from '../settings/trim-value.js';
import type { DoctorContext } from './check.js';

/** The InfluxDB that the bridge writes to. */
export type DoctorInflux = {
  readonly url: string;
  readonly org: string;
  readonly token: string | undefined;
  /** Tokens that may see the buckets, which the bridge's own must not; tried in this order. */
  readonly seeing: readonly string[];
};

/** Finds the InfluxDB of these settings; undefined where it is the local one and that does not run. */
export async function influxTarget({
  settings,
  env,
  bridge: askedBridge,
}: Pick<DoctorContext, 'settings' | 'env' | 'bridge'>): Promise<DoctorInflux | undefined> {
  const bridge = await askedBridge();
  const { influx, dataDir } = settings;
  const readToken = await tokenIn(join(tokensFolder(influx.tokensDir, env, dataDir), 'influx-read-token'));
  if (influx.url !== undefined && influx.org !== undefined) {
    const seeing = [influx.adminToken, readToken, influx.token].filter((token) => token !== undefined);
    return { url: influx.url, org: influx.org, token: influx.token, seeing };
  }
  const url = bridge.kind === 'running' ? bridge.status.writer.url : undefined;
  if (url === undefined) return undefined;
  const credentials = await readCredentials(influxdFolder(dataDir).credentials).catch(() => undefined);
  const seeing = [credentials?.token, readToken].filter((token) => token !== undefined);
  const token = await tokenIn(join(dataDir, 'tokens', 'influx-write-token'));
  return { url, org: credentials?.org ?? influx.org ?? LOCAL_ORG, token, seeing };
}

/** Setup keeps both tokens side by side. */
function tokensFolder(given: string | undefined, env: DoctorContext['env'], dataDir: string): string {
  const tokenFile = trimValue(env['INFLUX_TOKEN_FILE'] ?? '');
  return given ?? (tokenFile === '' ? join(dataDir, 'tokens') : dirname(tokenFile));
}

async function tokenIn(path: string): Promise<string | undefined> {
  return await readTokenFile(path).then(
    (kept) => kept?.token,
    () => undefined,
  );
}
