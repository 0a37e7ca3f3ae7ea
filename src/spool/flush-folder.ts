import { open } from 'node:fs/promises';

/** Brings the names in a folder to disk: without it a new file, however well flushed, may be gone after a power failure. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
