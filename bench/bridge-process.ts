import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../src/admin/status.js';
import type { InfluxTarget } from '../src/influx/influx-writer.js';
import { findFreePort } from '../src/influx/local/free-port.js';
import { PACKAGE_ROOT } from '../src/version.js';

/** The secret of every run. */
export const SECRET = 'bench-secret';

/** An InfluxDB that is away: nothing listens there. */
export const NOWHERE: InfluxTarget = {
  url: 'http://127.0.0.1:9',
  token: 'none',
  org: 'none',
  bucket: 'none',
};

/** Which bridge runs: another build's `cli.js` can be measured beside this one. */
const CLI = process.env['BENCH_CLI'] ?? join(PACKAGE_ROOT, 'build/src/cli.js');

/** The one that is measured beside it. */
export const OTHER_CLI = process.env['BENCH_OTHER_CLI'];

/** Further arguments of the bridge's Node.js, such as `--cpu-prof --cpu-prof-dir=FOLDER`. */
const NODE_ARGUMENTS = (process.env['BENCH_NODE_ARGS'] ?? '').split(' ').filter(Boolean);

/** The bridge as people run it, in a data folder of its own. */
export class BridgeProcess {
  readonly port: number;
  readonly #adminPort: number;
  readonly dataDir: string;
  readonly #cli: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, adminPort: number, dataDir: string, cli: string) {
    this.port = port;
    this.#adminPort = adminPort;
    this.dataDir = dataDir;
    this.#cli = cli;
  }

  static async start(target: InfluxTarget, cli = CLI): Promise<BridgeProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'qss-bridge-bench-'));
    const bridge = new BridgeProcess(await findFreePort(), await findFreePort(), dataDir, cli);
    await bridge.run(target);
    return bridge;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it (again) with an InfluxDB to write to. */
  async run(target: InfluxTarget): Promise<void> {
    this.#child = spawn(process.execPath, [...NODE_ARGUMENTS, this.#cli, 'serve'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        ZOOM_SECRET_TOKEN: SECRET,
        HOST: '127.0.0.1',
        PORT: String(this.port),
        ADMIN_PORT: String(this.#adminPort),
        DATA_DIR: this.dataDir,
        SPOOL_MAX_BYTES: '16GiB',
        INFLUX_URL: target.url,
        INFLUX_TOKEN: target.token,
        INFLUX_ORG: target.org,
        INFLUX_BUCKET: target.bucket,
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (
        await this.status().then(
          () => true,
          () => false,
        )
      )
        return;
      await sleep(100);
    }
    throw new Error('the bridge did not start');
  }

  async status(): Promise<Status> {
    const response = await fetch(`http://127.0.0.1:${this.#adminPort}/status.json`);
    return (await response.json()) as Status;
  }

  /** Waits until nothing waits to be written. */
  async drained(): Promise<void> {
    while ((await this.status()).counts.waiting > 0) await sleep(50);
  }

  async halt(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async end(): Promise<void> {
    await this.halt();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
