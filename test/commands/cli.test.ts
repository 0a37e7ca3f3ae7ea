import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { COMMANDS, main } from '../../src/commands/main.js';
import { VERSION } from '../../src/version.js';
import { type Run, runCli } from '../helpers/run-cli.js';
import { tempFolder } from '../helpers/temp-folder.js';

/** Runs a command inside this process: the executable adds nothing but the exit code, which other tests look at. */
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const lines = (told: string[]) => told.map((line) => `${line}\n`).join('');
  const code = await main(args, { env, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: lines(out), err: lines(err) };
}

for (const args of [['--help'], ['-h'], ['help']])
  test(`${args.join(' ')} lists every command`, async (t) => {
    const { code, out, err } = await run(args);
    t.is(code, 0);
    t.is(err, '');
    for (const { name, summary } of COMMANDS) t.true(out.includes(summary), name);
  });

for (const { name, help } of COMMANDS)
  test(`${name} --help tells its usage, and does nothing`, async (t) => {
    const folder = await tempFolder(t);
    for (const args of [['--help'], ['-h'], ['--unknown', '--help']]) {
      const { code, out, err } = await run([name, ...args], { DATA_DIR: join(folder, 'data') });
      t.is(code, 0);
      t.is(err, '');
      t.is(out, `${help}\n`);
    }
    t.regex(help, new RegExp(`^Usage: qss-bridge ${name}`));
    t.true(
      help.split('\n').every((line) => line.length <= 130),
      'lines fit',
    );
    t.deepEqual(await readdir(folder), []);
  });

for (const args of [['--version'], ['-v']])
  test(`${args.join(' ')} tells the version alone`, async (t) => {
    const { code, out } = await run(args);
    t.is(code, 0);
    t.is(out, `${VERSION}\n`);
    t.regex(VERSION, /^\d+\.\d+\.\d+/);
  });

for (const args of [['start'], ['Serve'], ['--port', '8080'], ['']])
  test(`an unknown command (${JSON.stringify(args[0])}) ends with 64 and the list of commands`, async (t) => {
    const { code, out, err } = await run(args);
    t.is(code, 64);
    t.is(out, '');
    t.true(err.startsWith(`There is no command ${args[0]}.\n`));
    for (const { name } of COMMANDS) t.true(err.includes(`  ${name}`));
  });

for (const { name } of COMMANDS)
  test(`${name} with an unknown option ends with 64, names it and shows the usage`, async (t) => {
    const folder = await tempFolder(t);
    const { code, err } = await run([name, '--no-such-option'], { DATA_DIR: join(folder, 'data') });
    t.is(code, 64);
    t.true(err.includes('--no-such-option'), err);
    t.regex(err, new RegExp(`Usage: qss-bridge ${name}`));
    t.notRegex(err, /\n {4}at /);
    t.deepEqual(await readdir(folder), []);
  });

const MISUSE: readonly [args: readonly string[], told: RegExp][] = [
  [['serve', 'now'], /takes no arguments: now/],
  [['setup', 'now'], /takes no arguments: now/],
  [['demo', '--for', 'soon'], /--for takes a time such as 60s/],
  [['demo', '--for', '0'], /--for takes a time such as 60s/],
  [['demo', '--for', '5'], /--for takes a time such as 60s/],
  [['demo', '--for'], /--for/],
  [['demo', '--participants', 'many'], /--participants takes a whole number/],
  [['demo', '--meetings', '0'], /--meetings takes a whole number/],
  [['demo', '--seed', '-1'], /--seed/],
  [['demo', 'now'], /now/],
  [['simulate'], /either --url or --file/],
  [['simulate', '--url', 'http://127.0.0.1:1/', '--file', 'x'], /either --url or --file/],
  [['simulate', '--url', 'localhost:8080'], /--url takes an http or https URL, not localhost:8080/],
  [['simulate', '--url', 'bridge'], /--url takes an http or https URL/],
  [['simulate', '--file', 'x'], /--file needs --minutes/],
  [['simulate', '--url', 'http://127.0.0.1:1/', '--scenario', 'none'], /--scenario is one of/],
  [['simulate', '--url', 'http://127.0.0.1:1/', '--minutes', '-1'], /--minutes/],
  [['simulate', '--url', 'http://127.0.0.1:1/', '--minutes', 'x'], /--minutes takes a number/],
  [['simulate', '--file', 'x', '--minutes', '1', '--rate', '0'], /--rate takes a number/],
  [['simulate', '--file', 'x', '--minutes', '1', '--participants', 'x'], /--participants takes a number/],
  [['quarantine'], /needs one of list, show, retry, drop/],
  [['quarantine', 'purge'], /needs one of list, show, retry, drop, not purge/],
  [['quarantine', 'show'], /show needs an item's number/],
  [['quarantine', 'retry'], /retry needs an item's number, --reason, --event or --all/],
  [['quarantine', 'drop'], /drop needs an item's number, --reason, --event or --all/],
  [['quarantine', 'drop', 'all'], /named by its number .* not by all/],
  [['quarantine', 'show', '0'], /named by its number/],
  [['quarantine', 'show', '1.5'], /named by its number/],
  [['quarantine', 'retry', '1', 'two'], /named by its number/],
  [['quarantine', 'list', '--reason'], /--reason/],
  [['quarantine', 'list', '--limit', '0'], /--limit takes a whole number/],
  [['quarantine', 'list', '--limit', 'ten'], /--limit takes a whole number/],
  [['quarantine', 'list', '--all=yes'], /--all/],
];

for (const [args, told] of MISUSE)
  test(`${args.join(' ')} ends with 64, says what is wrong and does nothing`, async (t) => {
    const folder = await tempFolder(t);
    const { code, out, err } = await run(args, { ZOOM_SECRET_TOKEN: 'x', DATA_DIR: join(folder, 'data') });
    t.is(code, 64, err);
    t.is(out, '');
    t.regex(err, told);
    t.regex(err, /Usage: qss-bridge/);
    t.notRegex(err, /\n {4}at /);
    t.deepEqual(await readdir(folder), []);
  });

test.serial('the executable ends with the exit code, and speaks on the right stream', async (t) => {
  const folder = await tempFolder(t);
  const version = await runCli(['--version'], folder);
  t.deepEqual(version, { code: 0, out: `${VERSION}\n`, err: '' });
  const unknown = await runCli(['no-such-command'], folder);
  t.is(unknown.code, 64);
  t.is(unknown.out, '');
  t.regex(unknown.err, /^There is no command no-such-command/);
  t.is((await runCli(['serve', '--no-such-option'], folder)).code, 64);
});

test.serial('an error comes without the stack, and with it under LOG_LEVEL=debug', async (t) => {
  const folder = await tempFolder(t);
  const quiet = await runCli(['serve'], folder);
  t.is(quiet.code, 78);
  t.notRegex(quiet.err, /\n {4}at |node:internal/);
  const debugged = await runCli(['serve'], folder, { LOG_LEVEL: 'debug' });
  t.is(debugged.code, 78);
  t.regex(debugged.err, /\n {4}at /);
});

test.serial('quarantine where no bridge has worked says so with 78, and makes no data folder', async (t) => {
  const folder = await tempFolder(t);
  const { code, err } = await runCli(['quarantine', 'list'], folder);
  t.is(code, 78);
  t.regex(err, /DATA_DIR: no bridge has worked on .*data yet\n {4}fix: /);
  t.deepEqual(await readdir(folder), []);
});

test('simulate without a secret ends with 78 and names it', async (t) => {
  const { code, err } = await run(['simulate', '--url', 'http://127.0.0.1:1/']);
  t.is(code, 78);
  t.regex(err, /ZOOM_SECRET_TOKEN/);
});

test.serial('simulate --file needs no secret, and makes that file alone', async (t) => {
  const folder = await tempFolder(t);
  const file = join(folder, 'events.jsonl');
  const { code, err } = await runCli(
    ['simulate', '--file', file, '--minutes', '2', '--participants', '5', '--meetings', '1'],
    folder,
  );
  t.is(code, 0, err);
  t.deepEqual(await readdir(folder), ['events.jsonl']);
});

test.serial('.env in the current folder is read', async (t) => {
  const folder = await tempFolder(t);
  await writeFile(join(folder, '.env'), 'PORT=eighty\nLOG_LEVEL=loud\n');
  const { code, err } = await runCli(['serve'], folder, { LOG_LEVEL: 'info' });
  t.is(code, 78);
  t.regex(err, /PORT: "eighty"/);
  t.notRegex(err, /loud/, 'the environment wins');
});
