import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openTables, type SpoolTables } from '../spool/environment.js';

const NAME = /^replay-(\d{1,10})$/;

/** What a replay of the archive learns on its way, on disk, since it may be more than fits in memory. */
export type Scratch = { readonly tables: SpoolTables; close(): Promise<void> };

/** Makes an empty place below the data folder; those that killed processes left behind are removed. */
export function openScratch(dataDir: string): Scratch {
  for (const name of readdirSync(dataDir)) {
    const pid = Number(NAME.exec(name)?.[1] ?? 0);
    if (pid > 0 && (pid === process.pid || !isAlive(pid)))
      rmSync(join(dataDir, name), { recursive: true, force: true });
  }
  const folder = join(dataDir, `replay-${process.pid}`);
  const tables = openTables(folder);
  return {
    tables,
    close: async () => {
      await tables.root.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
