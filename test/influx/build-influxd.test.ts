import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import anyTest, { type TestFn } from 'ava';
import { buildInfluxd, InfluxdBuildError } from '../../src/influx/local/build-influxd.js';
import { BuildPrerequisitesError } from '../../src/influx/local/build-prerequisites.js';
import { startBuildProgress } from '../../src/influx/local/build-progress.js';
import { cachedInfluxdPath } from '../../src/influx/local/find-influxd.js';

const EXECUTABLE = 0o755;

interface Machine {
  folder: string;
  /** The environment of a machine that has only what `install` put there. */
  env: NodeJS.ProcessEnv;
  install(name: string, script: string): Promise<void>;
}

const test = anyTest as TestFn<Machine>;

test.beforeEach(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'qss-bridge-build-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  t.context = {
    folder,
    env: { PATH: bin, XDG_CACHE_HOME: join(folder, 'cache') },
    install: (name, script) => writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: EXECUTABLE }),
  };
});
test.afterEach.always(async (t) => {
  await rm(t.context.folder, { recursive: true, force: true });
});

/** A toolchain that builds a script which tells its version, and keeps a journal of what it was asked. */
async function installToolchain(machine: Machine, goBuild: string): Promise<string> {
  const journal = join(machine.folder, 'journal');
  await machine.install(
    'go',
    `[ "$1" = version ] && { echo "go version go1.26.1 linux/amd64"; exit; }
echo "$*" >> ${journal}
echo "path $PATH" >> ${journal}
while [ "$1" != -o ]; do shift; done
out="$2"
${goBuild}`,
  );
  await machine.install('rustc', 'echo "rustc 1.95.0 (59807616e 2026-04-14)"');
  await machine.install('cargo', 'echo "cargo 1.95.0 (f2d3ce0bd 2026-03-21)"');
  await machine.install('gcc', 'echo "gcc 14.2"');
  await machine.install('pkg-config', 'exit 0');
  for (const command of ['chmod', 'cat', 'sleep']) {
    await symlink(`/bin/${command}`, join(machine.folder, 'bin', command));
  }
  return journal;
}

const BUILDS = 'printf \'#!/bin/sh\\necho "InfluxDB v2.8.0"\\n\' > "$out" && chmod 755 "$out"';

test('on a machine with nothing, everything that is missing is told at once, with how to get it', async (t) => {
  const error = await t.throwsAsync(
    buildInfluxd({ env: { PATH: '', HOME: t.context.folder }, progress: t.log }),
    {
      instanceOf: BuildPrerequisitesError,
      code: 'influxd_build_prerequisites',
    },
  );
  t.is(error?.missing.length, 5);
  t.regex(error?.message ?? '', /Go 1\.24 or newer is needed: install it from https:\/\/go\.dev\/dl\//);
  t.regex(error?.message ?? '', /Rust 1\.72 or newer with rustc is needed: .*rustup\.rs/);
  t.regex(error?.message ?? '', /Rust 1\.72 or newer with cargo is needed/);
  t.regex(error?.message ?? '', /C compiler is needed: install `gcc` or `clang`/);
  t.regex(error?.message ?? '', /pkg-config is needed: install the package `pkg-config`/);
  t.deepEqual(await readdir(t.context.folder), ['bin'], 'nothing is written before that');
});

test('tools that are too old are told with the version that is there', async (t) => {
  await installToolchain(t.context, BUILDS);
  await t.context.install('go', 'echo "go version go1.19.8 linux/amd64"');
  await t.context.install('rustc', 'echo "rustc 1.63.0"');
  const error = await t.throwsAsync(buildInfluxd({ env: t.context.env, progress: t.log }), {
    instanceOf: BuildPrerequisitesError,
  });
  t.is(error?.missing.length, 2);
  t.regex(error?.message ?? '', /there is: go version go1\.19\.8/);
  t.regex(error?.message ?? '', /there is: rustc 1\.63\.0/);
});

test('rustup without a toolchain is told with the command that fetches one', async (t) => {
  await installToolchain(t.context, BUILDS);
  await t.context.install('rustup', 'exit 0');
  await t.context.install('rustc', 'echo "error: toolchain is not installed" >&2; exit 1');
  const error = await t.throwsAsync(buildInfluxd({ env: t.context.env, progress: t.log }));
  t.regex(error?.message ?? '', /run `rustup toolchain install stable`/);
});

test('a C compiler that CC names but that does not run is told with its name', async (t) => {
  await installToolchain(t.context, BUILDS);
  const env = { ...t.context.env, CC: 'musl-gcc -static' };
  const error = await t.throwsAsync(buildInfluxd({ env, progress: t.log }));
  t.regex(error?.message ?? '', /CC names musl-gcc -static, which does not run/);
});

test('the program is put in place whole, and nothing else is left', async (t) => {
  const journal = await installToolchain(t.context, BUILDS);
  const lines: string[] = [];
  const path = await buildInfluxd({ env: t.context.env, progress: (line) => lines.push(line) });
  t.is(path, cachedInfluxdPath(t.context.env));
  t.deepEqual(await readdir(dirname(path)), ['influxd']);
  t.regex(lines[0] ?? '', /1 of 2/);
  t.regex(lines[1] ?? '', /Building InfluxDB 2\.8\.0 \(2 of 2; 4 to 8 minutes/);
  t.regex(lines.at(-1) ?? '', /is built: /);
  const asked = await readFile(journal, 'utf8');
  t.regex(asked, /build -mod=readonly .*github\.com\/influxdata\/pkg-config\n/);
  t.regex(asked, /-tags=sqlite_foreign_keys,sqlite_json -ldflags=-s -w -X main\.version=v2\.8\.0 /);
  t.regex(
    asked,
    /\npath \S+\/build-\w+:\S+\/bin\n$/,
    'the pkg-config that builds Flux comes first, the other behind it',
  );
});

test('a build that fails tells the end of its output and leaves the program that was there', async (t) => {
  await installToolchain(t.context, `echo "undefined: flux.Thing" >&2; exit 1`);
  const target = cachedInfluxdPath(t.context.env);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, 'the old one');
  const error = await t.throwsAsync(buildInfluxd({ env: t.context.env, progress: t.log }), {
    instanceOf: InfluxdBuildError,
    code: 'influxd_build_failed',
  });
  t.regex(error?.message ?? '', /exit code 1; the last it said:\nundefined: flux\.Thing/);
  t.is(await readFile(target, 'utf8'), 'the old one');
  t.deepEqual(await readdir(dirname(target)), ['influxd']);
});

test('a program that does not run is not put in place', async (t) => {
  await installToolchain(t.context, `printf '#!/bin/sh\\nexit 3\\n' > "$out" && chmod 755 "$out"`);
  await t.throwsAsync(buildInfluxd({ env: t.context.env, progress: t.log }), {
    message: /influxd version.*code 3/,
  });
  t.deepEqual(await readdir(dirname(cachedInfluxdPath(t.context.env))), []);
});

test('of two that build at once one builds, and the other says that it waits and takes the result', async (t) => {
  const journal = await installToolchain(t.context, `sleep 0.3\n${BUILDS}`);
  const lines: string[] = [];
  const build = () => buildInfluxd({ env: t.context.env, progress: (line) => lines.push(line) });
  const [one, two] = await Promise.all([build(), build()]);
  t.is(one, two);
  t.true(lines.some((line) => /is being built by process \d+; waiting/.test(line)));
  const asked = await readFile(journal, 'utf8');
  t.is(asked.split('cmd/influxd').length - 1, 1);
});

test('the lock of a builder that was killed does not stop the next one', async (t) => {
  await installToolchain(t.context, BUILDS);
  const folder = dirname(cachedInfluxdPath(t.context.env));
  await mkdir(folder, { recursive: true });
  const lock = join(folder, 'build.lock');
  await writeFile(lock, '999999999\n');
  t.is(await buildInfluxd({ env: t.context.env, progress: t.log }), join(folder, 'influxd'));
  await writeFile(lock, `${process.pid}\n`);
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(lock, longAgo, longAgo);
  t.is(
    await buildInfluxd({ env: t.context.env, progress: t.log }),
    join(folder, 'influxd'),
    'nor where another process has its number now',
  );
});

test('a build can be given up', async (t) => {
  await installToolchain(t.context, 'exec sleep 60');
  const abort = new AbortController();
  const building = buildInfluxd({ env: t.context.env, progress: t.log, signal: abort.signal });
  await delay(300);
  abort.abort();
  await t.throwsAsync(building, { any: true, name: 'AbortError' });
  t.deepEqual(await readdir(dirname(cachedInfluxdPath(t.context.env))), []);
});

test('while it builds it says how far it is', async (t) => {
  const lines: string[] = [];
  const progress = startBuildProgress((line) => lines.push(line), 20);
  progress.stage('Building');
  for (const line of [
    'go: downloading github.com/apache/arrow v1.2.3',
    'internal/goarch',
    'fmt',
    'github.com/influxdata/flux/libflux/go/libflux',
    '# github.com/mattn/go-sqlite3',
    'sqlite3-binding.c:1:2: warning: something',
  ]) {
    progress.line(line);
  }
  await delay(100);
  progress.stop();
  t.is(lines[0], 'Building');
  t.is(lines[1], 'Building: modules downloaded: 1, packages compiled: 3, after 0 s');
  const told = lines.length;
  await delay(60);
  t.is(lines.length, told, 'nothing after the end');
});
