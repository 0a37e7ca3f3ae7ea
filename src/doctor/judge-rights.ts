import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { influxdFolder } from '../influx/local/influxd-folder.js';
import type { Settings } from '../settings/settings.js';
import { type Finding, ok, warning } from './finding.js';

const OTHERS = 0o007;
const GROUP = 0o070;
const PERMISSIONS = 0o777;

/** Whether other users of this machine can read events, secrets and tokens. Windows has rights of another kind. */
export async function* judgeRights({ dataDir, influx }: Settings): AsyncIterable<Finding> {
  if (process.platform === 'win32') return;
  const folder = await stat(dataDir);
  const user = process.getuid?.();
  if (user !== undefined && user !== folder.uid)
    yield warning(
      `${dataDir} belongs to user ${folder.uid}, and this is user ${user}`,
      'run the doctor as the user who runs the bridge: only then does it see what the bridge sees',
    );
  // The container's folder is open to the root group, which is how any user number can run it.
  const open = folder.mode & (folder.gid === 0 ? OTHERS : OTHERS | GROUP);
  const files = await privateFiles(dataDir, influx.tokenFileMode);
  const readable = files.filter(({ mode, allowed }) => (mode & PERMISSIONS & ~allowed) !== 0);
  if (open !== 0)
    yield warning(
      `${dataDir} is open to other users of this machine (${octal(folder.mode)})`,
      `chmod 700 ${dataDir}`,
    );
  for (const { path, mode, allowed } of readable)
    yield warning(
      `${path} is open to other users of this machine (${octal(mode)})`,
      `chmod ${allowed.toString(8)} ${path}`,
    );
  if (open === 0 && readable.length === 0) yield ok('no other user can read it');
}

type PrivateFile = { readonly path: string; readonly mode: number; readonly allowed: number };

/** The files that hold events, secrets or tokens, as far as they are there. */
async function privateFiles(dataDir: string, readTokenMode: number): Promise<readonly PrivateFile[]> {
  const wanted: (readonly [path: string, allowed: number])[] = [
    [join(dataDir, 'spool', 'data.mdb'), 0o600],
    [join(dataDir, 'spool', 'lock.mdb'), 0o600],
    [join(dataDir, 'bridge.lock'), 0o600],
    [influxdFolder(dataDir).credentials, 0o600],
    [join(dataDir, 'tokens', 'influx-write-token'), 0o600],
    [join(dataDir, 'tokens', 'influx-read-token'), readTokenMode],
    [join(dataDir, 'privacy.key'), 0o600],
  ];
  const found = wanted.map(async ([path, allowed]): Promise<PrivateFile | undefined> => {
    try {
      return { path, mode: (await stat(path)).mode, allowed };
    } catch {
      return undefined;
    }
  });
  return (await Promise.all(found)).filter((file) => file !== undefined);
}

function octal(mode: number): string {
  return (mode & PERMISSIONS).toString(8).padStart(3, '0');
}
