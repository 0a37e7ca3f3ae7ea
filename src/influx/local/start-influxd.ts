import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PRIVATE_FOLDER_MODE } from '../private-file.js';
import { runProgram } from './child.js';
import { type InfluxdFolder, influxdFolder } from './influxd-folder.js';
import { type InfluxdLogListener, influxdLogLevel, listeningPort } from './log-line.js';
import { type PortChoice, startOnPort } from './preferred-port.js';
import { type RunningInfluxd, whenReady } from './running-influxd.js';
import { removeProcessFile, stopStaleInfluxd, writeProcessFile } from './stale-influxd.js';

/** Long, since it first reads what it has not yet sorted into files; that it ended is noticed at once anyway. */
const START_TIMEOUT_MS = 600_000;
const STALE_GRACE_MS = 10_000;

/** How to start an InfluxDB. */
export interface StartInfluxdOptions extends PortChoice {
  /** The program, as `findInfluxd` finds it. */
  binary: string;
  /** The bridge's data folder; InfluxDB's is `influxdb` below it. */
  dataDir: string;
  onLog?: InfluxdLogListener;
  startTimeoutMs?: number;
  env?: NodeJS.ProcessEnv;
}

/**
 * Starts an InfluxDB as a child of this process, reachable from this machine alone, and waits until it is ready.
 * One that an earlier, killed bridge left running on the same folder is stopped first.
 *
 * @throws {@link InfluxdStartError} with the last lines of its output
 * @throws {@link DataFolderInUseError} where another bridge uses the folder
 */
export async function startInfluxd(options: StartInfluxdOptions): Promise<RunningInfluxd> {
  // Absolute, so that the same folder has the same name on the command line whoever looks at it.
  const files = influxdFolder(resolve(options.dataDir));
  await mkdir(files.folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  await stopStaleInfluxd(files, STALE_GRACE_MS);
  return await startOnPort(options, (port) => startProgram(options, files, port));
}

async function startProgram(
  options: StartInfluxdOptions,
  files: InfluxdFolder,
  port: number,
): Promise<RunningInfluxd> {
  let announce: (port: number) => void = () => undefined;
  const announced = new Promise<number>((resolvePort) => {
    announce = resolvePort;
  });
  const program = runProgram({
    command: options.binary,
    args: influxdArguments(files, port),
    env: withoutInfluxdSettings(options.env ?? process.env),
    cwd: files.folder,
    // Ctrl-C is the bridge's: it writes what it has, then stops InfluxDB.
    ownGroup: true,
    onLine: (line) => {
      const listening = listeningPort(line);
      if (listening !== undefined) {
        announce(listening);
      }
      options.onLog?.(line, influxdLogLevel(line));
    },
  });
  const { pid } = program;
  if (pid !== undefined) {
    await writeProcessFile(files, pid);
  }
  return await whenReady({
    program,
    port: announced,
    startTimeoutMs: options.startTimeoutMs ?? START_TIMEOUT_MS,
    cleanUp: async () => {
      if (pid !== undefined) {
        await removeProcessFile(files, pid);
      }
    },
  });
}

/**
 * `info` and not `warn`, since the line that tells the port is of that level; it also proves that it is this
 * process that has the port, which an answer on `/health` would not.
 */
function influxdArguments(files: InfluxdFolder, port: number): string[] {
  return [
    'run',
    `--bolt-path=${files.bolt}`,
    `--engine-path=${files.engine}`,
    `--sqlite-path=${files.sqlite}`,
    `--http-bind-address=127.0.0.1:${port}`,
    '--reporting-disabled',
    '--log-level=info',
  ];
}

/** InfluxDB reads `INFLUXD_*` too; a setting of another server on this machine must not reach ours. */
function withoutInfluxdSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INFLUXD_')));
}
