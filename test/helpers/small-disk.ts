import { spawnSync } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import { tempFolder } from './temp-folder.js';

/**
 * Mounts a disk of a hundred megabytes for a test. Where this user may not, as in most containers, the test says so and ends; in CI,
 * where nothing is passed over, it fails.
 */
export function smallDisk(t: ExecutionContext): string | undefined {
  const folder = tempFolder(t, 'disk');
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', folder]);
  if (status === 0) {
    t.teardown(async () => {
      spawnSync('umount', ['--lazy', folder]);
    });
    return folder;
  }
  const reason = `a small disk can't be mounted here, so nothing was tested: ${String(stderr).trim()}`;
  if (process.env['CI'] !== undefined) throw new Error(reason);
  t.log(reason);
  t.pass();
  return undefined;
}
