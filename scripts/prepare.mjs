// Makes a clean clone ready: dependencies as the lock file says, then the build. Does only what is not done yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = ['src', 'test', 'scripts', 'bench', 'fuzz', 'grafana/src', 'tsconfig.json', 'package.json'];
const STAMP = 'build/.built';
const MARKER = 'node_modules/.qss-bridge-lock';

function run(command, args, what) {
  process.stderr.write(`${what} …\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`${what} failed: ${command} ${args.join(' ')} ended with ${status}\n`);
    process.exit(status ?? 1);
  }
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const read = (name) => readFileSync(join(root, name), 'utf8');

function installedAsLocked() {
  return existsSync(join(root, MARKER)) && read(MARKER) === read('package-lock.json');
}

/** Whether somebody has installed what running takes, and built: `npm ci`, perhaps with `npm prune --omit=dev` behind it. */
function installedByHand() {
  const made = ['node_modules/.package-lock.json', 'build/src/cli.js'].every((name) =>
    existsSync(join(root, name)),
  );
  if (!made || existsSync(join(root, MARKER))) return false;
  const { packages: installed } = JSON.parse(read('node_modules/.package-lock.json'));
  const { packages: locked } = JSON.parse(read('package-lock.json'));
  return Object.entries(locked).every(
    ([path, { version, dev, optional, devOptional }]) =>
      path === '' || dev || optional || devOptional || installed[path]?.version === version,
  );
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Node.js 20.19 or newer is needed; this is ${process.versions.node}.\n`);
  process.exit(1);
}

/**
 * Installs and builds what is missing or older than its source. With `toRun` an installation made by hand stays as it is, which may hold
 * no more than running takes.
 */
export function prepare({ toRun = false } = {}) {
  checkNode();
  if (existsSync(join(root, 'src'))) {
    const byHand = toRun && installedByHand();
    if (byHand && !existsSync(join(root, 'node_modules/typescript'))) return;
    if (!byHand && !installedAsLocked()) {
      run('npm', ['ci', '--no-audit', '--no-fund'], 'Installing dependencies');
      writeFileSync(join(root, MARKER), read('package-lock.json'));
    }
    const built = newest(join(root, STAMP));
    if (built === 0 || SOURCES.some((source) => newest(join(root, source)) > built)) {
      run('npx', ['tsc', '-p', 'tsconfig.json'], 'Building');
      writeFileSync(join(root, STAMP), '');
    }
  }
}
