import type { ExecutionContext } from 'ava';
import { type Bridge, startBridge } from '../../src/bridge/start-bridge.js';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { type RecordingLog, recordingLog } from '../helpers/recording-log.js';
import { tempFolder } from '../helpers/temp-folder.js';

/** The secret of the bridges here: as long as Zoom's. */
export const SECRET = 'Doctor-Test-Secret-001';

/** A bridge that runs, and the environment that it was started with. */
export type RealBridge = {
  readonly bridge: Bridge;
  readonly env: Record<string, string>;
  readonly port: number;
  readonly log: RecordingLog;
};

/** The environment of a bridge on free ports, in a folder of the test's own. */
export async function bridgeEnv(
  t: ExecutionContext,
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  return {
    ZOOM_SECRET_TOKEN: SECRET,
    HOST: '127.0.0.1',
    PORT: String(await findFreePort()),
    ADMIN_PORT: String(await findFreePort()),
    DATA_DIR: tempFolder(t, 'doctor'),
    SPOOL_MAX_BYTES: '64MiB',
    ...env,
  };
}

/** Starts a real bridge, which the test ends. */
export async function startRealBridge(
  t: ExecutionContext,
  given: Readonly<Record<string, string>> = {},
): Promise<RealBridge> {
  const env = await bridgeEnv(t, given);
  const settings = readSettings(env);
  const log = recordingLog();
  const bridge = await startBridge({ settings, log, settleMs: 0 });
  t.teardown(async () => {
    await bridge.stop();
  });
  const { url, token, org, bucket } = settings.influx;
  if (url !== undefined && token !== undefined && org !== undefined)
    bridge.setTarget({ url, token, org, bucket });
  return { bridge, env, port: settings.webhook.port, log };
}
