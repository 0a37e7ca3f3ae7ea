import { errorText } from '../error-text.js';
import type { Log } from '../log.js';
import { buildInfluxd } from './build-influxd.js';
import { findDockerEngine, startDockerInfluxd } from './docker-influxd.js';
import { findInfluxd, InfluxdNotExecutableError } from './find-influxd.js';
import { InfluxdUnavailableError } from './influxd-unavailable-error.js';
import type { InfluxdLogListener } from './log-line.js';
import { onboardInfluxd } from './onboard.js';
import { type InfluxdExit, InfluxdStartError, type RunningInfluxd } from './running-influxd.js';
import { startInfluxd } from './start-influxd.js';
import { superviseInfluxd } from './supervise-influxd.js';

/** Where Grafana and people look for an InfluxDB first. */
const USUAL_PORT = 8086;

/** How to get a local InfluxDB. */
export interface LocalInfluxOptions {
  /** The bridge's data folder; InfluxDB's data and credentials are `influxdb` below it. */
  dataDir: string;
  /** Of a new InfluxDB; one that has its data already keeps its own. */
  org: string;
  /** The first bucket of a new one. */
  bucket: string;
  env?: NodeJS.ProcessEnv;
  /** 0 or none: 8086 where it is free, else any. */
  port?: number;
  /** Told in words what takes long. */
  progress?: (line: string) => void;
  log?: Log;
  /** Gives up building. */
  signal?: AbortSignal;
  /** Told each time that it dies by itself; it is started again all the same. */
  onExit?: (exit: InfluxdExit) => void;
}

/** Where the local InfluxDB came from. */
export type LocalInfluxSource = 'INFLUXD' | 'PATH' | 'cache' | 'docker' | 'built';

/** A local InfluxDB, ready, kept running. */
export interface LocalInflux {
  url: string;
  org: string;
  /** The operator token. */
  token: string;
  source: LocalInfluxSource;
  pid(): number;
  stop(): Promise<void>;
}

type Start = (port: number) => Promise<RunningInfluxd>;

/**
 * Gets an InfluxDB on this machine: the program where one is found, else the official container where a Docker
 * engine answers, else one that is built. Starts it, sets it up, and starts it again on the same port when it dies.
 *
 * @throws {@link InfluxdUnavailableError} where no way works; the bridge can receive and spool without
 * @throws {@link DataFolderInUseError} where another bridge uses the folder
 * @throws {@link CredentialsLostError} where the folder holds data but not the credentials
 */
export async function ensureLocalInflux(options: LocalInfluxOptions): Promise<LocalInflux> {
  const { dataDir, org, bucket, log, onExit } = options;
  const { running, start, source } = await startSomehow(options);
  log?.info('local InfluxDB runs', { url: running.url, pid: running.pid, source });
  try {
    const credentials = await onboardInfluxd({ url: running.url, dataDir, org, bucket });
    const supervised = superviseInfluxd({
      running,
      start,
      ...(log === undefined ? {} : { log }),
      ...(onExit === undefined ? {} : { onExit }),
    });
    return { url: running.url, org: credentials.org, token: credentials.token, source, ...supervised };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

interface Started {
  running: RunningInfluxd;
  start: Start;
  source: LocalInfluxSource;
}

async function startSomehow(options: LocalInfluxOptions): Promise<Started> {
  const { dataDir, env = process.env, progress = () => undefined } = options;
  const tried: string[] = [];
  const onLog = forwardLog(options.log);
  const begin = async (source: LocalInfluxSource, start: Start): Promise<Started> => ({
    running: await start(options.port ?? 0),
    start,
    source,
  });
  const program =
    (binary: string): Start =>
    (port) =>
      startInfluxd({ binary, dataDir, port, preferredPort: USUAL_PORT, onLog, env });

  try {
    const found = await findInfluxd({ env });
    if (found !== undefined) {
      return await begin(found.source, program(found.path));
    }
    tried.push('influxd: INFLUXD is not set, and it is neither on the PATH nor in the cache folder');
  } catch (error) {
    // Somebody wants this one and no other, so nothing else is tried.
    if (error instanceof InfluxdNotExecutableError || error instanceof InfluxdStartError) {
      throw new InfluxdUnavailableError([errorText(error)], { cause: error });
    }
    throw error;
  }
  const engine = await findDockerEngine(env);
  if (engine.answers) {
    try {
      progress(`Starting InfluxDB with Docker ${engine.version}; the first time this fetches the image`);
      return await begin('docker', (port) =>
        startDockerInfluxd({ command: engine.command, dataDir, port, preferredPort: USUAL_PORT, onLog, env }),
      );
    } catch (error) {
      if (!(error instanceof InfluxdStartError)) {
        throw error;
      }
      tried.push(`Docker: ${errorText(error)}`);
    }
  } else {
    tried.push(`Docker: ${engine.reason}`);
  }
  try {
    progress('There is no InfluxDB on this machine; building one, once');
    const { signal } = options;
    const built = await buildInfluxd({ env, progress, ...(signal === undefined ? {} : { signal }) });
    return await begin('built', program(built));
  } catch (error) {
    options.signal?.throwIfAborted();
    tried.push(`building it: ${errorText(error)}`);
    throw new InfluxdUnavailableError(tried, { cause: error });
  }
}

/** InfluxDB's news is debug to us; its errors are worth a look, but not those that it has told the client anyway. */
function forwardLog(log: Log | undefined): InfluxdLogListener {
  return (line, level) => {
    if (level === 'error' && !line.includes('api error encountered')) log?.warn('InfluxDB says', { line });
    else log?.debug('InfluxDB says', { line });
  };
}
