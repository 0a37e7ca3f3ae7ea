import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own, removed at its end. */
export async function tempFolder(t: { teardown(clean: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qss-bridge-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
