// Runs the executable from a clone, made ready first.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare({ toRun: true });
const child = spawn(process.execPath, [join(root, 'build/src/cli.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal's Ctrl-C goes to everything that runs in it, the executable too, which a second signal would end at once.
const isTyped = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
process.on('SIGINT', () => isTyped || child.kill('SIGINT'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
// npm runs this in a shell that dies of a signal and passes it on to nobody.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watching);
    child.kill('SIGTERM');
  }, 500);
  watching.unref();
}
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
});
