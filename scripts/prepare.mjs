// Makes a clean clone ready: dependencies as the lock file says, then the build. Does only what is not done yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = ['src', 'test', 'scripts', 'bench', 'fuzz', 'grafana/src', 'tsconfig.json', 'package.json'];
const STAMP = 'build/.built';

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

function installedAsLocked() {
  const marker = join(root, 'node_modules/.qss-bridge-lock');
  return (
    existsSync(marker) &&
    readFileSync(marker, 'utf8') === readFileSync(join(root, 'package-lock.json'), 'utf8')
  );
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Node.js 20.19 or newer is needed; this is ${process.versions.node}.\n`);
  process.exit(1);
}

/** Installs and builds what is missing or older than its source. */
export function prepare() {
  checkNode();
  if (existsSync(join(root, 'src'))) {
    if (!installedAsLocked()) {
      run('npm', ['ci', '--no-audit', '--no-fund'], 'Installing dependencies');
      writeFileSync(
        join(root, 'node_modules/.qss-bridge-lock'),
        readFileSync(join(root, 'package-lock.json')),
      );
    }
    const built = newest(join(root, STAMP));
    if (built === 0 || SOURCES.some((source) => newest(join(root, source)) > built)) {
      run('npx', ['tsc', '-p', 'tsconfig.json'], 'Building');
      writeFileSync(join(root, STAMP), '');
    }
  }
}
