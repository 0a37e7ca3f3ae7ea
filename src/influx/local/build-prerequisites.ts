import { runProgram } from './child.js';
import { findOnPath } from './executable.js';

const GO_MINIMUM: Version = [1, 24];
const RUST_MINIMUM: Version = [1, 72];
const C_COMPILERS = ['gcc', 'clang', 'cc'];

type Version = readonly [major: number, minor: number];

/** What building InfluxDB needs is not all there; the message lists everything that is missing. */
export class BuildPrerequisitesError extends Error {
  readonly code = 'influxd_build_prerequisites';

  constructor(readonly missing: readonly string[]) {
    super(`InfluxDB can not be built here:\n${missing.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'BuildPrerequisitesError';
  }
}

/**
 * Checks that everything is there that InfluxDB's build needs: Go, Rust, a C compiler and pkg-config.
 *
 * @param env - the environment that the build will run in
 * @returns the environment completed: which C compiler and which Rust toolchain
 * @throws {@link BuildPrerequisitesError} which lists all that is missing and how to get it
 */
export async function checkBuildPrerequisites(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const compiler = await findCompiler(env);
  const buildEnv: NodeJS.ProcessEnv = { ...env, ...(compiler === undefined ? {} : { CC: compiler }) };
  // Flux names an old toolchain; through rustup that one would be fetched, and newer ones do as well.
  if (env['RUSTUP_TOOLCHAIN'] === undefined && (await findOnPath('rustup', env)) !== undefined) {
    buildEnv['RUSTUP_TOOLCHAIN'] = 'stable';
  }
  const faults = await Promise.all([
    missingGo(buildEnv),
    missingRust('rustc', buildEnv),
    missingRust('cargo', buildEnv),
    compiler === undefined ? missingCompiler(env) : undefined,
    missingPkgConfig(buildEnv),
  ]);
  const missing = faults.filter((fault) => fault !== undefined);
  if (missing.length > 0) {
    throw new BuildPrerequisitesError(missing);
  }
  return buildEnv;
}

async function missingGo(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const get = `Go ${GO_MINIMUM.join('.')} or newer is needed: install it from https://go.dev/dl/`;
  const said = await firstLine('go', ['version'], env);
  if (said === undefined) {
    return `${get} (there is no \`go\` on the PATH)`;
  }
  return isAtLeast(said, /\bgo(\d+)\.(\d+)/, GO_MINIMUM) ? undefined : `${get} (there is: ${said})`;
}

async function missingRust(command: 'rustc' | 'cargo', env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const get = `Rust ${RUST_MINIMUM.join('.')} or newer with ${command} is needed: install it from https://rustup.rs/`;
  if ((await findOnPath(command, env)) === undefined) {
    return `${get} (there is no \`${command}\` on the PATH)`;
  }
  const said = await firstLine(command, ['--version'], env);
  if (said === undefined && env['RUSTUP_TOOLCHAIN'] !== undefined) {
    return `${get} (rustup has no working toolchain: run \`rustup toolchain install ${env['RUSTUP_TOOLCHAIN']}\`)`;
  }
  return said !== undefined && isAtLeast(said, /(\d+)\.(\d+)/, RUST_MINIMUM)
    ? undefined
    : `${get} (there is: ${said ?? 'one that does not run'})`;
}

async function missingPkgConfig(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return (await findOnPath('pkg-config', env)) === undefined
    ? 'pkg-config is needed: install the package `pkg-config` (there is none on the PATH)'
    : undefined;
}

/** @returns the C compiler that `CC` names, else the first usual one, if it is there. */
async function findCompiler(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const named = env['CC']?.trim();
  for (const compiler of named ? [named] : C_COMPILERS) {
    const command = compiler.split(/\s+/)[0] ?? compiler;
    if ((await firstLine(command, ['--version'], env)) !== undefined) {
      return compiler;
    }
  }
  return undefined;
}

function missingCompiler(env: NodeJS.ProcessEnv): string {
  const looked = env['CC']
    ? `CC names ${env['CC']}, which does not run`
    : `there is none of ${C_COMPILERS.join(', ')}`;
  return `a C compiler is needed: install \`gcc\` or \`clang\`, on macOS with \`xcode-select --install\` (${looked})`;
}

function isAtLeast(said: string, pattern: RegExp, [major, minor]: Version): boolean {
  const found = pattern.exec(said);
  const foundMajor = Number(found?.[1]);
  return foundMajor > major || (foundMajor === major && Number(found?.[2]) >= minor);
}

/** @returns the first line that a command prints; undefined where it is not there or fails. */
async function firstLine(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const path = command.includes('/') ? command : await findOnPath(command, env);
  if (path === undefined) {
    return undefined;
  }
  const lines: string[] = [];
  const { exitCode } = await runProgram({ command: path, args, env, onLine: (line) => lines.push(line) })
    .exited;
  return exitCode === 0 ? lines[0] : undefined;
}
