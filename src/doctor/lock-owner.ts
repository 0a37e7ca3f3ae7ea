import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The number of the process whose bridge works on a data folder; undefined where none does. Reads only, takes nothing over. */
export function lockOwner(dataDir: string): number | undefined {
  try {
    const [pid = '', started = ''] = readFileSync(join(dataDir, 'bridge.lock'), 'utf8').trim().split(' ');
    if (!/^[1-9]\d{0,8}$/.test(pid) || !exists(Number(pid))) return undefined;
    const actual = startOf(pid);
    return started === '' || actual === undefined || actual === started ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When the process was started; a later one with the same number has another. Linux only. */
function startOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
