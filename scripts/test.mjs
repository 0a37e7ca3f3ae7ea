// Runs every test from a clone, made ready first: dependencies, build, format, lint, types, InfluxDB, tests.
import { spawnSync } from 'node:child_process';
import { prepare, root } from './prepare.mjs';

function step(what, command, args) {
  process.stderr.write(`${what} …\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

prepare();
const only = process.argv.slice(2);
if (only.length === 0) step('Checking format, lint and types', 'npm', ['run', '--silent', 'check']);
step('Getting InfluxDB', process.execPath, ['build/scripts/get-influxd.js']);
step('Testing', 'npx', ['ava', ...only]);
