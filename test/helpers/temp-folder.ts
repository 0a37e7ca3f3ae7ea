import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Teardown } from './influx.js';

/** An empty folder that is removed when the test ends. */
export function tempFolder(t: Teardown, name = 'test'): string {
  const folder = mkdtempSync(join(tmpdir(), `qss-bridge-${name}-`));
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
