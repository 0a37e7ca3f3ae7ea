import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withBuildLock } from '../src/influx/local/build-lock.js';
import { runProgram } from '../src/influx/local/child.js';
import { findOnPath, isExecutable } from '../src/influx/local/executable.js';
import { PACKAGE_ROOT } from '../src/version.js';

/** The release that is measured beside the bridge. */
export const TELEGRAF_VERSION = '1.37.2';

/** Only what `telegraf.conf` uses is built. */
const TAGS = 'custom,inputs.http_listener_v2,parsers.xpath,outputs.influxdb_v2';

/**
 * Finds Telegraf: in the variable `TELEGRAF`, on the `PATH`, in the user's cache folder; else builds it there from its Go module,
 * which takes minutes.
 */
export async function findTelegraf(tell: (line: string) => void): Promise<string> {
  const named = process.env['TELEGRAF'] ?? (await findOnPath('telegraf', process.env));
  if (named !== undefined) return named;
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const target = join(cache, 'qss-bridge', `telegraf-${TELEGRAF_VERSION}`, 'telegraf');
  if (await isExecutable(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  return await withBuildLock(dirname(target), tell, async () => {
    if (await isExecutable(target)) return target;
    const scratch = await mkdtemp(join(dirname(target), 'build-'));
    try {
      await cp(join(PACKAGE_ROOT, 'tools/telegraf'), scratch, { recursive: true });
      const built = join(scratch, 'telegraf');
      await build(scratch, built, tell);
      await rename(built, target);
      return target;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

/** The module's folder is a copy: most of what Telegraf needs is not listed there, since only a part of it is built. */
async function build(folder: string, output: string, tell: (line: string) => void): Promise<void> {
  tell(`building Telegraf ${TELEGRAF_VERSION}`);
  const program = runProgram({
    command: 'go',
    args: [
      'build',
      '-mod=mod',
      '-trimpath',
      `-tags=${TAGS}`,
      '-ldflags=-s -w',
      '-o',
      output,
      'github.com/influxdata/telegraf/cmd/telegraf',
    ],
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    cwd: folder,
  });
  const { exitCode, outputTail } = await program.exited;
  if (exitCode !== 0) throw new Error(`building Telegraf failed:\n${outputTail}`);
}
