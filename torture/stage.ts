import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestInflux, type TestInflux } from '../test/helpers/influx.js';
import { BridgeUnderFire } from './bridge.js';
import { TcpProxy } from './tcp-proxy.js';

export const SECRET = 'torture-secret';

/** Everything that a run consists of but the sender. */
export type Stage = {
  /** For files of the harness and the bridge; removed at the end. */
  readonly folder: string;
  readonly dataDir: string;
  readonly influx: TestInflux;
  readonly bridge: BridgeUnderFire;
  /** From Zoom to the bridge. */
  readonly front: TcpProxy;
  /** From the bridge to InfluxDB. */
  readonly back: TcpProxy;
  /** The settings the bridge runs with. */
  readonly env: Readonly<Record<string, string>>;
  close(options: { readonly keep: boolean }): Promise<void>;
};

/** Starts InfluxDB and the two lines; the bridge is not started yet. */
export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'qss-bridge-torture-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const influx = await startTestInflux();
  const front = await TcpProxy.start();
  const back = await TcpProxy.start();
  back.setTarget(influx.port);
  const env = {
    ZOOM_SECRET_TOKEN: SECRET,
    INFLUX_URL: `http://127.0.0.1:${back.port}`,
    INFLUX_ORG: influx.org,
    INFLUX_TOKEN: influx.writeToken,
    INFLUX_BUCKET: influx.bucket,
  };
  const bridge = new BridgeUnderFire({ dataDir, folder, env, line: front });
  return {
    folder,
    dataDir,
    influx,
    bridge,
    front,
    back,
    env,
    close: async ({ keep }) => {
      await bridge.end('SIGKILL');
      await Promise.all([front.close(), back.close()]);
      if (keep) await influx.kill('SIGTERM');
      else {
        await influx.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
