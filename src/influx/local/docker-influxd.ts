import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PRIVATE_FOLDER_MODE } from '../private-file.js';
import { runProgram } from './child.js';
import { findOnPath } from './executable.js';
import { findFreePort } from './free-port.js';
import { type InfluxdFolder, influxdFolder } from './influxd-folder.js';
import { type InfluxdLogListener, influxdLogLevel, listeningPort } from './log-line.js';
import { type PortChoice, startOnPort } from './preferred-port.js';
import { type RunningInfluxd, whenReady } from './running-influxd.js';
import { removeProcessFile, stopStaleInfluxd, writeProcessFile } from './stale-influxd.js';

/** The official image; of 2.8 and not newer, so that it and the program that is built can take turns. */
const IMAGE = 'influxdb:2.8';
const FOLDER_IN_CONTAINER = '/var/lib/influxdb2';
const PORT_IN_CONTAINER = 8086;
/** The first start fetches the image. */
const START_TIMEOUT_MS = 600_000;
const ENGINE_TIMEOUT_MS = 10_000;
const STALE_GRACE_MS = 10_000;
const NAME_HASH_DIGITS = 12;

/** Whether a Docker engine answers here. */
export type DockerEngine =
  | { answers: true; command: string; version: string }
  | { answers: false; reason: string };

/** How to start InfluxDB in a container. */
export interface DockerInfluxdOptions extends PortChoice {
  /** The `docker` command. */
  command: string;
  /** The bridge's data folder. */
  dataDir: string;
  onLog?: InfluxdLogListener;
  env?: NodeJS.ProcessEnv;
}

/** Asks the Docker engine for its version; having the `docker` command alone is not having an engine. */
export async function findDockerEngine(env: NodeJS.ProcessEnv = process.env): Promise<DockerEngine> {
  const command = await findOnPath('docker', env);
  if (command === undefined) {
    return { answers: false, reason: 'there is no `docker` on the PATH' };
  }
  const lines: string[] = [];
  const asked = runProgram({
    command,
    args: ['version', '--format', '{{.Server.Version}}'],
    env,
    onLine: (line) => lines.push(line.trim()),
  });
  const timer = setTimeout(() => asked.kill('SIGKILL'), ENGINE_TIMEOUT_MS);
  const { exitCode } = await asked.exited;
  clearTimeout(timer);
  const version = lines.find((line) => /^\d+\./.test(line));
  return exitCode === 0 && version !== undefined
    ? { answers: true, command, version }
    : {
        answers: false,
        reason: `the Docker engine does not answer (${lines.filter(Boolean).at(-1) ?? 'it says nothing'})`,
      };
}

/**
 * Starts InfluxDB's official container on the same folder that `startInfluxd` uses, reachable from this machine
 * alone, and waits until it is ready.
 *
 * @throws {@link InfluxdStartError} with the last lines of its output
 * @throws {@link DataFolderInUseError} where another bridge uses the folder
 */
export async function startDockerInfluxd(options: DockerInfluxdOptions): Promise<RunningInfluxd> {
  const files = influxdFolder(resolve(options.dataDir));
  await mkdir(files.folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  await stopStaleInfluxd(files, STALE_GRACE_MS);
  // Docker would choose a port by itself, but tells it only later and differently by version.
  return await startOnPort(options, async (port) =>
    startContainer(options, files, port === 0 ? await findFreePort() : port),
  );
}

async function startContainer(
  { command, env = process.env, onLog }: DockerInfluxdOptions,
  files: InfluxdFolder,
  port: number,
): Promise<RunningInfluxd> {
  // Where the command was killed, its container may still run on this folder.
  const remove = async (): Promise<void> => {
    await runProgram({ command, args: ['rm', '--force', containerName(files)], env }).exited;
  };
  await remove();
  let announce: () => void = () => undefined;
  const announced = new Promise<number>((resolvePort) => {
    announce = () => resolvePort(port);
  });
  const program = runProgram({
    command,
    args: dockerArguments(files, port),
    env,
    ownGroup: true,
    onLine: (line) => {
      // Only then the port is ours for sure, and what answers there is not somebody else.
      if (listeningPort(line) !== undefined) {
        announce();
      }
      onLog?.(line, influxdLogLevel(line));
    },
  });
  const { pid } = program;
  if (pid !== undefined) {
    await writeProcessFile(files, pid);
  }
  return await whenReady({
    program,
    port: announced,
    startTimeoutMs: START_TIMEOUT_MS,
    cleanUp: async () => {
      await remove();
      if (pid !== undefined) {
        await removeProcessFile(files, pid);
      }
    },
  });
}

/** @returns the command line after `docker`; the container runs as this user, so that its files are ours. */
export function dockerArguments(
  files: InfluxdFolder,
  port: number,
  user: { uid: number; gid: number } | undefined = currentUser(),
): string[] {
  return [
    'run',
    '--rm',
    `--name=${containerName(files)}`,
    `--publish=127.0.0.1:${port}:${PORT_IN_CONTAINER}`,
    `--mount=type=bind,source=${files.folder},target=${FOLDER_IN_CONTAINER}`,
    ...(user === undefined ? [] : [`--user=${user.uid}:${user.gid}`]),
    IMAGE,
    'influxd',
    'run',
    `--bolt-path=${FOLDER_IN_CONTAINER}/influxd.bolt`,
    `--engine-path=${FOLDER_IN_CONTAINER}/engine`,
    `--sqlite-path=${FOLDER_IN_CONTAINER}/influxd.sqlite`,
    '--reporting-disabled',
    '--log-level=info',
  ];
}

/** The same for the same folder, so that a left-over container is found again. */
function containerName(files: InfluxdFolder): string {
  const hash = createHash('sha256').update(files.folder).digest('hex');
  return `qss-bridge-influxdb-${hash.slice(0, NAME_HASH_DIGITS)}`;
}

function currentUser(): { uid: number; gid: number } | undefined {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
