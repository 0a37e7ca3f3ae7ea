import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { writePrivateFile } from '../private-file.js';
import type { InfluxdFolder } from './influxd-folder.js';
import { isAlive, lookUpProcess } from './process-lookup.js';

const POLL_MS = 50;

/** Another bridge that is alive runs InfluxDB on this data folder. */
export class DataFolderInUseError extends Error {
  readonly code = 'data_folder_in_use';

  constructor(folder: string, owner: number) {
    super(`${folder} is in use by process ${owner}; stop that one, or give this one another DATA_DIR`);
    this.name = 'DataFolderInUseError';
  }
}

/** Notes which process serves the folder, and which one started it. */
export async function writeProcessFile(files: InfluxdFolder, pid: number): Promise<void> {
  await writePrivateFile(files.processFile, `${pid} ${process.pid}\n`);
}

/** Forgets it, provided that nobody else has written it since. */
export async function removeProcessFile(files: InfluxdFolder, pid: number): Promise<void> {
  if ((await readProcessFile(files))?.pid === pid) {
    await rm(files.processFile, { force: true });
  }
}

/**
 * Ends an InfluxDB that a killed bridge left behind on this folder. It is stopped and not adopted: its output
 * goes to a pipe that nobody reads (its next log line ends it), and of a process that is not our child we would
 * not learn that it died. Only a process that the system confirms to be an InfluxDB on this very folder is
 * touched, since numbers of processes are used again.
 *
 * @param graceMs - how long it may take to end by itself before it is killed
 * @returns whether there was one
 * @throws {@link DataFolderInUseError} where the process that started it is alive and still its parent
 */
export async function stopStaleInfluxd(files: InfluxdFolder, graceMs: number): Promise<boolean> {
  const noted = await readProcessFile(files);
  if (noted === undefined) {
    return false;
  }
  const serves = async (): Promise<boolean> =>
    isOnFolder((await lookUpProcess(noted.pid))?.commandLine ?? '', files);
  if (!(await serves())) {
    await rm(files.processFile, { force: true });
    return false;
  }
  if ((await lookUpProcess(noted.pid))?.parent === noted.owner) {
    throw new DataFolderInUseError(files.folder, noted.owner);
  }
  signal(noted.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while ((await serves()) && Date.now() < deadline) {
    await delay(POLL_MS);
  }
  if (await serves()) {
    signal(noted.pid, 'SIGKILL');
    while (await serves()) {
      await delay(POLL_MS);
    }
  }
  await rm(files.processFile, { force: true });
  return true;
}

/** A program names its database file, a container the folder that it mounts. */
function isOnFolder(commandLine: string, files: InfluxdFolder): boolean {
  return commandLine.includes(files.bolt) || commandLine.includes(`source=${files.folder},`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself in the meantime, which is what was wanted.
    if (isAlive(pid)) {
      throw error;
    }
  }
}

async function readProcessFile(files: InfluxdFolder): Promise<{ pid: number; owner: number } | undefined> {
  let text: string;
  try {
    text = await readFile(files.processFile, 'utf8');
  } catch {
    return undefined;
  }
  const [pid, owner] = text.trim().split(' ').map(Number);
  return pid !== undefined && owner !== undefined && pid > 1 && Number.isInteger(pid)
    ? { pid, owner }
    : undefined;
}
