import { spawn } from 'node:child_process';

/** A small shell that ends InfluxDB when this process is gone, however it went. */
export interface ParentWatch {
  /** Ends the shell without ending what it watches over. */
  cancel(): void;
}

const SCRIPT = 'read -r _; kill -TERM "$1" 2>/dev/null';

/**
 * Sees to it that a child does not outlive this process, even where this one is killed by SIGKILL: the shell
 * reads from a pipe whose other end only this process holds, and that the kernel closes when it is gone.
 * On Windows there is no such shell; there the next start stops what was left.
 *
 * @param pid - the child that is to end with this process
 */
export function watchParent(pid: number): ParentWatch {
  if (process.platform === 'win32') {
    return { cancel: () => undefined };
  }
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'qss-bridge-watch', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell the next start still stops what was left behind.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return {
    cancel: () => {
      shell.kill('SIGKILL');
      shell.stdin.destroy();
    },
  };
}
