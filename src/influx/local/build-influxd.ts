import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withBuildLock } from './build-lock.js';
import { checkBuildPrerequisites } from './build-prerequisites.js';
import { type BuildProgress, startBuildProgress } from './build-progress.js';
import { runProgram } from './child.js';
import { isExecutable } from './executable.js';
import { cachedInfluxdPath, INFLUXD_VERSION } from './find-influxd.js';
import { describeExit } from './running-influxd.js';

/** Names InfluxDB's module; below the package's root, four folders up from the compiled file. */
const MODULE_FOLDER = fileURLToPath(new URL('../../../../tools/influxd', import.meta.url));
const EXECUTABLE = 0o755;
/** Flux denies warnings, and newer compilers warn of more; calls for other crates come with a cap already. */
const RUSTC_WRAPPER = `#!/bin/sh
rustc="$1"
shift
case " $* " in
*" --cap-lints "*) exec "$rustc" "$@" ;;
esac
exec "$rustc" "$@" --cap-lints warn
`;

/** How to build InfluxDB. */
export interface BuildInfluxdOptions {
  env?: NodeJS.ProcessEnv;
  /** Told, in words, what happens; at least every ten seconds. */
  progress: (line: string) => void;
  /** Ends the build early. */
  signal?: AbortSignal;
}

/** The build of InfluxDB failed; the message ends with the last lines that it said. */
export class InfluxdBuildError extends Error {
  readonly code = 'influxd_build_failed';

  constructor(step: string, reason: string, outputTail: string) {
    super(`building InfluxDB failed at "${step}": ${reason}; the last it said:\n${outputTail}`);
    this.name = 'InfluxdBuildError';
  }
}

/**
 * Builds InfluxDB from its Go module into the user's cache folder, which takes minutes the first time. The
 * program appears there whole or not at all. Where another process builds it already, waits for that one.
 *
 * @returns the path of the program
 * @throws {@link BuildPrerequisitesError} which lists all that is missing
 * @throws {@link InfluxdBuildError} with the end of the build's output
 */
export async function buildInfluxd(options: BuildInfluxdOptions): Promise<string> {
  const env = options.env ?? process.env;
  const buildEnv = await checkBuildPrerequisites(env);
  const target = cachedInfluxdPath(env);
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  return await withBuildLock(folder, options.progress, async (waited) => {
    if (waited && (await isExecutable(target))) {
      return target;
    }
    // Beside the target and not in /tmp: renaming needs one file system, and /tmp may forbid running programs.
    const scratch = await mkdtemp(join(folder, 'build-'));
    const progress = startBuildProgress(options.progress);
    try {
      const built = await build({ scratch, env: buildEnv, progress, signal: options.signal });
      await rename(built, target);
      options.progress(`InfluxDB ${INFLUXD_VERSION} is built: ${target}`);
      return target;
    } finally {
      progress.stop();
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

interface Build {
  scratch: string;
  env: NodeJS.ProcessEnv;
  progress: BuildProgress;
  signal: AbortSignal | undefined;
}

async function build({ scratch, env, progress, signal }: Build): Promise<string> {
  const wrapper = join(scratch, 'rustc-wrapper');
  await writeFile(wrapper, RUSTC_WRAPPER, { mode: EXECUTABLE });
  const goEnv: NodeJS.ProcessEnv = { ...env, CGO_ENABLED: '1', GOWORK: 'off', RUSTC_WRAPPER: wrapper };
  const go = async (step: string, args: string[], stepEnv: NodeJS.ProcessEnv): Promise<void> => {
    progress.stage(step);
    await runStep(step, 'go', args, stepEnv, progress, signal);
  };
  await go(
    'Building the tool that builds Flux (1 of 2)',
    ['build', '-mod=readonly', '-v', '-o', join(scratch, 'pkg-config'), 'github.com/influxdata/pkg-config'],
    goEnv,
  );
  const built = join(scratch, 'influxd');
  await go(
    `Building InfluxDB ${INFLUXD_VERSION} (2 of 2; 4 to 8 minutes on two cores)`,
    influxdArguments(built),
    // This pkg-config builds Flux when it is asked for it, and asks the one behind it for everything else.
    { ...goEnv, PATH: `${scratch}${delimiter}${env['PATH'] ?? ''}` },
  );
  progress.stage('Checking that it runs');
  await runStep('influxd version', built, ['version'], env, progress, signal);
  return built;
}

function influxdArguments(output: string): string[] {
  const facts = [`-X main.version=v${INFLUXD_VERSION}`, `-X main.date=${new Date().toISOString()}`];
  return [
    'build',
    '-mod=readonly',
    '-v',
    '-tags=sqlite_foreign_keys,sqlite_json',
    `-ldflags=-s -w ${facts.join(' ')}`,
    '-o',
    output,
    'github.com/influxdata/influxdb/v2/cmd/influxd',
  ];
}

async function runStep(
  step: string,
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  progress: BuildProgress,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const program = runProgram({ command, args, env, cwd: MODULE_FOLDER, onLine: progress.line });
  const abort = (): void => program.kill('SIGTERM');
  signal?.addEventListener('abort', abort, { once: true });
  const exit = await program.exited;
  signal?.removeEventListener('abort', abort);
  signal?.throwIfAborted();
  if (exit.exitCode !== 0) {
    throw new InfluxdBuildError(step, describeExit(exit), exit.outputTail);
  }
}
