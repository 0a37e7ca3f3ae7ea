import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Teardown } from '../helpers/influx.js';

/** Starts `program.ts` in a process of its own, which is killed at the end of the test. */
export function runProgram(
  t: Teardown,
  mode: 'append' | 'drain' | 'sample' | 'use',
  dataDir: string,
): ChildProcessWithoutNullStreams {
  const file = fileURLToPath(new URL('./program.js', import.meta.url));
  const child = spawn(process.execPath, [file, mode, dataDir]);
  child.stderr.pipe(process.stderr);
  t.teardown(async () => {
    child.kill('SIGKILL');
  });
  return child;
}
