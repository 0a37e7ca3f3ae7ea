import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, errorText } from '../influx/error-text.js';
import { damagedFiles } from '../spool/damaged-file.js';
import type { Check, DoctorContext } from './check.js';
import { answerTime } from './durations.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';
import { judgeRights } from './judge-rights.js';
import { lockOwner } from './lock-owner.js';
import { median } from './measure-fsync.js';

const MIB = 1024 ** 2;

/** With less than this the bridge can't work for long. */
const LEAST_FREE_BYTES = 256 * MIB;

/** An event waits for up to two commits of two flushes each: past these an answer comes close to Zoom's 3 seconds, or over. */
const SLOW_FSYNC_MS = 200;
const TOO_SLOW_FSYNC_MS = 750;

/** Whether events can be kept on disk, quickly and privately. */
export const checkDataDir: Check = {
  name: 'data_dir',
  title: 'Data folder',
  limitMs: 15_000,
  async *run({ settings, measureFsync }): AsyncIterable<Finding> {
    const { dataDir, spoolMaxBytes } = settings;
    const there = await folderAt(dataDir);
    if (there.kind === 'blocked') {
      yield fault(`${dataDir} ${there.why}`, there.fix);
      return;
    }
    if (there.kind === 'missing') {
      yield await judgeParent(dataDir, there.parent);
      yield await judgeRoom(there.parent, spoolMaxBytes, 0);
      yield skipped(
        'how fast this disk flushes was not measured, since the folder is not there yet',
        'start the bridge, and run this again',
      );
      return;
    }
    yield* judgeFlushes(dataDir, measureFsync);
    yield* judgeRights(settings);
    yield* judgeDamage(dataDir);
    yield await judgeRoom(dataDir, spoolMaxBytes, await sizeOf(join(dataDir, 'spool', 'data.mdb')));
    const pid = lockOwner(dataDir);
    yield ok(pid === undefined ? 'no bridge works on it now' : `a bridge works on it now: process ${pid}`);
  },
};

type FolderState =
  | { readonly kind: 'there' }
  | { readonly kind: 'missing'; readonly parent: string }
  | { readonly kind: 'blocked'; readonly why: string; readonly fix: string };

/** The folder, or the nearest one above it that exists. */
async function folderAt(path: string, asked = path): Promise<FolderState> {
  const inTheWay = (why: string): FolderState => ({
    kind: 'blocked',
    why,
    fix: 'move that away, or set DATA_DIR to another folder',
  });
  try {
    if (!(await stat(path)).isDirectory()) return inTheWay(`can't be a folder: ${path} is a file`);
    return path === asked ? { kind: 'there' } : { kind: 'missing', parent: path };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOTDIR') return inTheWay("can't be made: a part of its path is a file");
    if (code === 'ENOENT' && dirname(path) !== path) return await folderAt(dirname(path), asked);
    return {
      kind: 'blocked',
      why: `can't be looked at by ${whoIsThis()}: ${errorText(error)}`,
      fix: 'run the doctor as the user who runs the bridge, or set DATA_DIR to a folder that this user may use',
    };
  }
}

function* judgeDamage(dataDir: string): Iterable<Finding> {
  for (const file of damagedFiles(dataDir))
    yield warning(
      `the spool was damaged and set aside: ${file}`,
      `look for what damaged it (disk, copies, virus scanners); "qss-bridge replay ${file}" takes the events that are still in it; then delete it`,
    );
}

async function judgeParent(dataDir: string, parent: string): Promise<Finding> {
  try {
    await access(parent, constants.W_OK | constants.X_OK);
    return ok(`${dataDir} is not there yet; it can be made in ${parent}`);
  } catch (error) {
    return fault(
      `${dataDir} is not there, and ${whoIsThis()} may not make it in ${parent} (${errorCode(error) ?? 'no right'})`,
      `make it as an administrator and give it to the user who runs the bridge (mkdir -p -m 700 ${dataDir}; chown USER ${dataDir}), or set DATA_DIR to another folder`,
    );
  }
}

async function* judgeFlushes(
  dataDir: string,
  measureFsync: DoctorContext['measureFsync'],
): AsyncIterable<Finding> {
  let times: readonly number[];
  try {
    times = await measureFsync(dataDir);
  } catch (error) {
    const full = errorCode(error) === 'ENOSPC';
    yield fault(
      full
        ? `the disk of ${dataDir} is full`
        : `${whoIsThis()} can't write in ${dataDir}: ${errorText(error)}`,
      full
        ? 'make room on it; the bridge answers 503 until then, and Zoom tries again for 85 minutes'
        : `give it to the user who runs the bridge (chown -R USER ${dataDir}), or set DATA_DIR to another folder`,
    );
    return;
  }
  yield ok(`${dataDir} can be written`);
  const ms = median(times);
  const said = `flushing to its disk takes ${answerTime(ms)} (median of ${times.length})`;
  const fix = 'put DATA_DIR on a local SSD; network disks and slow cards are not for it';
  if (ms >= TOO_SLOW_FSYNC_MS)
    yield fault(`${said}: Zoom waits 3 s for an answer, and that is not enough`, fix);
  else if (ms >= SLOW_FSYNC_MS) yield warning(`${said}: Zoom's 3 s for an answer are in danger`, fix);
  else yield ok(said);
}

async function judgeRoom(folder: string, maxBytes: number, usedBytes: number): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const said = `${shownBytes(free)} free on its disk`;
  if (free < LEAST_FREE_BYTES)
    return fault(
      `only ${said}`,
      'make room: with a full disk the bridge answers 503, and events are lost after 85 minutes',
    );
  return free + usedBytes < maxBytes
    ? warning(
        `${said}, which is less than the events that may wait there (SPOOL_MAX_BYTES is ${shownBytes(maxBytes)})`,
        'make room, or lower SPOOL_MAX_BYTES so that other programs keep theirs',
      )
    : ok(`${said}, enough for SPOOL_MAX_BYTES (${shownBytes(maxBytes)})`);
}

async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

function shownBytes(bytes: number): string {
  return bytes >= 1024 * MIB ? `${(bytes / (1024 * MIB)).toFixed(1)} GiB` : `${Math.floor(bytes / MIB)} MiB`;
}

function whoIsThis(): string {
  return process.getuid === undefined ? 'this user' : `this user (number ${process.getuid()})`;
}
