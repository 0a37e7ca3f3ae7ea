import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { tempFolder } from '../helpers/temp-folder.js';
import { makeAuthority } from './certificates.js';
import { startProxy } from './proxy.js';
import { bridgeEnv, SECRET, startRealBridge } from './real-bridge.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

type Run = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs the executable in an empty folder with nothing but these variables. */
async function run(
  t: ExecutionContext,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = mkdtempSync(join(tempFolder(t), 'cwd-')),
): Promise<Run> {
  const child = spawn(process.execPath, [CLI, 'doctor', ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

test.serial('warnings alone end with 0, and the last line sums up', async (t) => {
  const { code, out, err } = await run(t, [], await bridgeEnv(t));
  t.is(code, 0, out + err);
  t.regex(out, /\nno fault, (\d+ warnings?, )?\d+ in order, \d+ not checked\.\n$/);
  t.is(err, '');
});

test.serial('a fault ends with 1', async (t) => {
  const env = { ...(await bridgeEnv(t)), HOST: '192.0.2.1' };
  const { code, out } = await run(t, [], env);
  t.is(code, 1, out);
  t.regex(out, /\n1 fault, /);
});

test.serial(
  'settings that can not be used end with 78, shown as faults beside the other checks',
  async (t) => {
    const { code, out, err } = await run(t, [], {
      ...(await bridgeEnv(t)),
      PORT: 'eighty',
      RETENTION: '30 days',
    });
    t.is(code, 78);
    t.regex(out, /✗ PORT: "eighty" .*\n {6}fix: give a free port/);
    t.regex(out, /✗ RETENTION: /);
    t.regex(out, /\nData folder\n {2}✓ /);
    t.is(err, '');
  },
);

test.serial('--json is one object with every finding, its level and its fix', async (t) => {
  const running = await startRealBridge(t);
  const { code, out } = await run(t, ['--json'], running.env);
  const report: unknown = JSON.parse(out);
  t.like(report, { exit_code: code, counts: { fault: 0 } });
  const names = (report as { checks: { name: string }[] }).checks.map(({ name }) => name);
  t.deepEqual(names, [
    'settings',
    'node',
    'files',
    'data_dir',
    'ports',
    'bridge',
    'influxdb',
    'clock',
    'public_url',
  ]);
});

test.serial('a whole examination of a running bridge through a proxy needs --ca alone', async (t) => {
  const running = await startRealBridge(t);
  const authority = makeAuthority(t);
  const url = await startProxy(t, running.port, { pair: await authority.issue() });
  const { code, out, err } = await run(t, ['--url', url.href, '--ca', authority.caFile], running.env);
  t.is(code, 0, out + err);
  t.regex(
    out,
    /✓ a URL validation signed with ZOOM_SECRET_TOKEN is answered rightly: secret and proxy are right/,
  );
  t.regex(out, /✓ the events came to the bridge with these settings/);
  t.false(out.includes(SECRET));
  const distrusted = await run(t, ['--url', url.href], running.env);
  t.is(distrusted.code, 1);
  t.regex(
    distrusted.out,
    /✗ the chain of the certificate is incomplete, or its authority is not a public one: Zoom delivers nothing/,
  );
});

test.serial('.env of the folder is read, as serve does', async (t) => {
  const cwd = mkdtempSync(join(tempFolder(t), 'cwd-'));
  const env = await bridgeEnv(t);
  writeFileSync(
    join(cwd, '.env'),
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
  const { code, out } = await run(t, [], {}, cwd);
  t.is(code, 0, out);
  t.true(out.includes(`✓ ${env['DATA_DIR']} can be written`), out);
});

test.serial('no colour goes into a pipe', async (t) => {
  const { out } = await run(t, [], await bridgeEnv(t));
  t.false(out.includes('\u001b'));
});

for (const [args, said] of [
  [['--url', 'qss.example.com'], /--url takes an address such as https:\/\/qss\.example\.com\/zoom\/webhook/],
  [['--url', 'ftp://qss.example.com'], /--url takes an address/],
  [['--url', 'https://user:secret@qss.example.com'], /without user and password/],
  [['--ca', '/nowhere/ca.pem'], /--ca \/nowhere\/ca\.pem can't be read/],
  [['--ca', '/etc/hostname', '--insecure'], /--ca or --insecure, not both/],
  [['--nonsense'], /Unknown option/],
  [['extra'], /Unexpected argument/],
] as const)
  test.serial(`doctor ${args.join(' ')} is wrong use`, async (t) => {
    const { code, err } = await run(t, args, {});
    t.is(code, 64);
    t.regex(err, said);
    t.regex(err, /Usage: qss-bridge doctor/);
  });

test.serial('--help tells what it does and changes', async (t) => {
  const { code, out } = await run(t, ['--help'], {});
  t.is(code, 0);
  t.regex(out, /It changes nothing but this/);
});
