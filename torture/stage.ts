import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestInflux, type TestInflux } from '../test/helpers/influx.js';
import { BridgeUnderFire } from './bridge.js';
import { type Grant, grantWriting } from './influx-admin.js';
import { TcpProxy } from './tcp-proxy.js';

export const SECRET = 'torture-secret';

const open = new Set<Stage>();

/** Ends every process and removes every folder of the runs under way, for when the harness itself is told to end. */
export async function closeAllStages(): Promise<void> {
  await Promise.all([...open].map((stage) => stage.close({ keep: false })));
}

/** Everything that a run consists of but the sender. */
export type Stage = {
  /** For files of the harness and the bridge; removed at the end. */
  readonly folder: string;
  readonly dataDir: string;
  readonly influx: TestInflux;
  /** The token that the bridge writes with. */
  readonly grant: Grant;
  readonly bridge: BridgeUnderFire;
  /** From Zoom to the bridge. */
  readonly front: TcpProxy;
  /** From the bridge to InfluxDB. */
  readonly back: TcpProxy;
  /** The settings the bridge runs with. */
  readonly env: Readonly<Record<string, string>>;
  close(options: { readonly keep: boolean }): Promise<void>;
};

export type StageOptions = {
  /** The data folder lies on a disk of its own, of {@link SMALL_DISK}. */
  readonly smallDisk: boolean;
  /** Settings of the bridge besides those that everything needs. */
  readonly env: Readonly<Record<string, string>>;
};

/** Starts InfluxDB and the two lines; the bridge is not started yet. */
export async function setStage({ smallDisk, env: more }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'qss-bridge-torture-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  if (smallDisk) mountSmallDisk(dataDir);
  const influx = await startTestInflux();
  const grant = await grantWriting(influx);
  const front = await TcpProxy.start();
  const back = await TcpProxy.start();
  back.setTarget(influx.port);
  const env = {
    ZOOM_SECRET_TOKEN: SECRET,
    INFLUX_URL: `http://127.0.0.1:${back.port}`,
    INFLUX_ORG: influx.org,
    INFLUX_TOKEN: grant.token,
    INFLUX_BUCKET: influx.bucket,
    ...more,
  };
  const bridge = new BridgeUnderFire({ dataDir, folder, env, line: front });
  const stage: Stage = {
    folder,
    dataDir,
    influx,
    grant,
    bridge,
    front,
    back,
    env,
    close: async ({ keep }) => {
      if (!open.delete(stage)) return;
      await bridge.end('SIGKILL');
      await Promise.all([front.close(), back.close()]);
      if (keep) await influx.kill('SIGTERM');
      else {
        await influx.stop();
        if (smallDisk) spawnSync('umount', ['--lazy', dataDir]);
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  open.add(stage);
  return stage;
}

/** Size of the small disk; the bridge takes no more events below 64 MiB of room. */
const SMALL_DISK = '160m';

/** Whether this user may mount a small disk, as only root may. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'qss-bridge-torture-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  if (isMounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return isMounted;
}

function mountSmallDisk(folder: string): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK}`, 'tmpfs', folder]);
  if (status !== 0) throw new Error(`a small disk can't be mounted: ${String(stderr).trim()}`);
}
