import { statfsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReplacedError } from './ownership.js';

const MIB = 1024 * 1024;

/**
 * Room that has to be left on the disk for an event to be accepted, and for one to be taken out. Below that nothing is tried: when a
 * write of LMDB meets a full disk, version 3.5.6 of the library writes a message of 104 bytes into 100 and may end the process. What
 * lies between the two is for the writer, so that a full disk can be drained.
 */
export const ROOM_TO_ACCEPT_BYTES = 64 * MIB;
export const ROOM_TO_DRAIN_BYTES = 16 * MIB;

/** The disk has too little room left. */
export class DiskFullError extends Error {
  readonly code = 'disk_full';
}

/** @throws {DiskFullError} where the disk of a folder has less room left than this */
export function requireRoom(folder: string, bytes: number): void {
  if (freeBytes(folder) < bytes) throw new DiskFullError(fullDisk(folder));
}

function fullDisk(folder: string): string {
  return `the disk of DATA_DIR is full: less than ${ROOM_TO_ACCEPT_BYTES / MIB} MiB are left at ${folder}`;
}

/** How long the library may take to say why a commit failed. */
const REASON_WITHIN_MS = 1_000;

/** Says for people why a commit failed. */
export async function reasonOf(failure: unknown, folder: string): Promise<string> {
  if (failure instanceof DiskFullError || failure instanceof ReplacedError) return failure.message;
  const cause = await causeOf(failure);
  const text = cause instanceof Error ? cause.message : String(cause);
  // What is cut short by a full disk comes as an input/output error.
  if (/no space left/i.test(text) || freeBytes(folder) < ROOM_TO_DRAIN_BYTES) return fullDisk(folder);
  return `storing in ${folder} failed: ${text}`;
}

/** LMDB's error holds its cause as a promise that is rejected with it, and that has to be caught. */
async function causeOf(failure: unknown): Promise<unknown> {
  if (!(failure instanceof Error && 'commitError' in failure)) return failure;
  const told = Promise.resolve(failure.commitError).then(
    () => failure,
    (cause: unknown) => cause,
  );
  return await Promise.race([told, sleep(REASON_WITHIN_MS, failure, { ref: false })]);
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // What is wrong with the folder shows when it is written to.
    return Number.POSITIVE_INFINITY;
  }
}
