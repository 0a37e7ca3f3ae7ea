import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeAddressDatabase } from '../helpers/address-database.js';
import { type Running, runCli, startCli } from '../helpers/run-cli.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';

/** Settings with which the bridge starts: an InfluxDB that is away, any free ports. */
const RIGHT = {
  ZOOM_SECRET_TOKEN: 's3cret-Case-Token',
  HOST: '127.0.0.1',
  PORT: '0',
  ADMIN_PORT: '0',
  INFLUX_URL: 'http://127.0.0.1:1',
  INFLUX_TOKEN: 't0ken-Value',
  INFLUX_ORG: 'o',
};

const noStack = (t: ExecutionContext, text: string) => t.notRegex(text, /\n {4}at |node:internal/);

async function started(
  t: ExecutionContext,
  folder: string,
  env: Record<string, string> = {},
): Promise<Running> {
  const running = startCli(['serve'], folder, { ...RIGHT, ...env });
  t.teardown(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });
  await until(
    'the bridge receives',
    () => running.err().includes('the bridge receives') || running.child.exitCode !== null,
    20_000,
  );
  return running;
}

test.serial('serve without a secret ends with 78, and says where the secret is found', async (t) => {
  const { code, out, err } = await runCli(['serve'], await tempFolder(t));
  t.is(code, 78);
  t.is(out, '');
  t.regex(
    err,
    /^The settings have 1 fault:\n {2}ZOOM_SECRET_TOKEN: is not set\n {4}fix: copy the Secret Token/,
  );
});

test.serial('no command is serve', async (t) => {
  const { code, err } = await runCli([], await tempFolder(t));
  t.is(code, 78);
  t.regex(err, /ZOOM_SECRET_TOKEN: is not set/);
});

test.serial('C03: a secret of quotes alone keeps serve from starting', async (t) => {
  for (const secret of ['""', ' ', "','"]) {
    const { code } = await runCli(['serve'], await tempFolder(t), { ...RIGHT, ZOOM_SECRET_TOKEN: secret });
    t.is(code, 78, secret);
  }
});

test.serial(
  'serve with many faults ends with 78 and names them all, without a secret among them',
  async (t) => {
    const { code, err } = await runCli(['serve'], await tempFolder(t), {
      ...RIGHT,
      PORT: 'x',
      PRIVACY: 'x',
      RETENTION: '1y',
      WEBHOOK_AUTH_HEADER: 'hidden-without-colon',
      INFLUX_TOKEN_FILE: '/nowhere/token',
    });
    t.is(code, 78);
    t.regex(err, /^The settings have 5 faults:/);
    for (const name of ['PORT', 'PRIVACY', 'RETENTION', 'WEBHOOK_AUTH_HEADER', 'INFLUX_TOKEN'])
      t.regex(err, new RegExp(`^ {2}${name}: .*\\n {4}fix: `, 'm'));
    for (const secret of ['s3cret-Case-Token', 't0ken-Value', 'hidden-without-colon'])
      t.false(err.includes(secret));
    noStack(t, err);
  },
);

test.serial('a site list and a certificate that can not be used are told together, with 78', async (t) => {
  const folder = await tempFolder(t);
  const sites = join(folder, 'sites.csv');
  await writeFile(sites, 'cidr,site\n10.0.0.0/99,Berlin\n');
  const pem = join(folder, 'not.pem');
  await writeFile(pem, 'no certificate\n');
  const { code, err } = await runCli(['serve'], folder, {
    ...RIGHT,
    SITES_FILE: sites,
    TLS_CERT_FILE: pem,
    TLS_KEY_FILE: pem,
  });
  t.is(code, 78);
  t.regex(err, /SITES_FILE: .*10\.0\.0\.0\/99/);
  t.regex(err, /TLS_CERT_FILE: .*not\.pem .*can't be used/);
  noStack(t, err);
});

for (const name of [
  'SITES_FILE',
  'ASN_DB_FILE',
  'CITY_DB_FILE',
  'TLS_CERT_FILE',
  'ZOOM_SECRET_TOKEN_FILE',
] as const)
  test.serial(`${name} that is a folder, or without an end, ends with 78`, async (t) => {
    for (const file of ['/', '/dev/zero']) {
      const { ZOOM_SECRET_TOKEN: secret, ...right } = RIGHT;
      const env = name === 'ZOOM_SECRET_TOKEN_FILE' ? right : { ...right, ZOOM_SECRET_TOKEN: secret };
      const twin = name === 'TLS_CERT_FILE' ? { TLS_KEY_FILE: '/dev/zero' } : {};
      const { code, err } = await runCli(['serve'], await tempFolder(t), { ...env, ...twin, [name]: file });
      t.is(code, 78, err);
      t.regex(
        err,
        new RegExp(`^The settings have 1 fault:\\n {2}${name}: .*(is a folder|is not a file|is longer than)`),
      );
      noStack(t, err);
    }
  });

test.serial('a damaged database is told with 78, before anything is received', async (t) => {
  const folder = await tempFolder(t);
  const whole = makeAddressDatabase('GeoLite2-ASN', {
    '192.0.2.0/24': { autonomous_system_organization: 'A' },
  });
  const file = join(folder, 'asn.mmdb');
  await writeFile(file, whole.subarray(0, whole.length - 100));
  const { code, err } = await runCli(['serve'], folder, { ...RIGHT, ASN_DB_FILE: file });
  t.is(code, 78);
  t.regex(err, /ASN_DB_FILE: .*asn\.mmdb: is no whole MaxMind-format \(\.mmdb\) database/);
  t.regex(err, /fix: give the path of a MaxMind-format/);
  noStack(t, err);
  const { code: replayed } = await runCli(['replay', '--dry-run', file], folder, { ASN_DB_FILE: file });
  t.is(replayed, 78, 'replay as well');
});

for (const [name, hostName] of [
  ['PORT', 'HOST'],
  ['ADMIN_PORT', 'ADMIN_HOST'],
] as const) {
  test.serial(`a taken port ends with 69 and names ${name}`, async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    t.teardown(() => other.close());
    const { port } = other.address() as AddressInfo;
    const folder = await tempFolder(t);
    const { code, err } = await runCli(['serve'], folder, { ...RIGHT, [name]: String(port) });
    t.is(code, 69);
    t.true(
      err.includes(`port ${port} is taken by another program: stop that, or set ${name} to a free port`),
      err,
    );
    noStack(t, err);
    const again = await started(t, folder);
    t.is(again.child.exitCode, null, 'the data folder is free again');
  });

  test.serial(`an address that this machine does not have ends with 69 and names ${hostName}`, async (t) => {
    for (const host of ['192.0.2.1', 'no-such-host.invalid']) {
      const { code, err } = await runCli(['serve'], await tempFolder(t), { ...RIGHT, [hostName]: host });
      t.is(code, 69);
      t.true(err.includes(host) && err.includes(hostName), err);
      noStack(t, err);
    }
  });
}

for (const [title, place, code, told] of [
  ['is a file', 'file', 73, /a file is in the way/],
  ['is below a file', 'file/data', 73, /a part of its path is a file/],
  ['can not be made', '/proc/data', 73, /it can not be made there/],
] as const)
  test.serial(`a data folder that ${title} ends with ${code}, and says what to do`, async (t) => {
    const folder = await tempFolder(t);
    await writeFile(join(folder, 'file'), '');
    const run = await runCli(['serve'], folder, { ...RIGHT, DATA_DIR: place });
    t.is(run.code, code, run.err);
    t.regex(run.err, told);
    t.regex(run.err, /^can't use the data folder .*\nfix: .* DATA_DIR/m);
    noStack(t, run.err);
  });

test.serial('a data folder with a spool that is none ends with 73, and says what to do', async (t) => {
  const folder = await tempFolder(t);
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/spool'), '');
  const run = await runCli(['serve'], folder, RIGHT);
  t.is(run.code, 73, run.err);
  t.regex(run.err, /fix: .* DATA_DIR/);
  noStack(t, run.err);
});

test.serial(
  'a second bridge on the same data folder ends with 69, and names the first; after its end one starts',
  async (t) => {
    const folder = await tempFolder(t);
    const first = await started(t, folder);
    const { code, err } = await runCli(['serve'], folder, RIGHT);
    t.is(code, 69);
    t.true(err.includes(`another bridge (process ${first.child.pid}) works on ${join(folder, 'data')}`), err);
    t.regex(err, /stop it, or give this one its own DATA_DIR/);
    noStack(t, err);
    first.child.kill('SIGTERM');
    t.is((await first.ended).code, 0);
    const next = await started(t, folder);
    t.is(next.child.exitCode, null);
  },
);

test.serial('a lock that a killed bridge left behind keeps none from starting', async (t) => {
  const folder = await tempFolder(t);
  const first = await started(t, folder);
  first.child.kill('SIGKILL');
  await first.ended;
  t.truthy(await readFile(join(folder, 'data/bridge.lock'), 'utf8'));
  const next = await started(t, folder);
  t.is(next.child.exitCode, null);
});

test.serial(
  'serve tells where it receives, ends with 0 by SIGTERM and by SIGINT, and prints no secret',
  async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const running = await started(t, await tempFolder(t), { LOG_LEVEL: 'debug' });
      running.child.kill(signal);
      const { code, out, err } = await running.ended;
      t.is(code, 0);
      t.is(out, '');
      t.regex(err, /http:\/\/127\.0\.0\.1:\d+\/zoom\/webhook/);
      for (const line of err.trim().split('\n'))
        t.notThrows(() => JSON.parse(line), 'one JSON object a line');
      for (const secret of ['s3cret-Case-Token', 't0ken-Value']) t.false(err.includes(secret));
    }
  },
);

test.serial('quarantine can be looked at while the bridge runs', async (t) => {
  const folder = await tempFolder(t);
  await started(t, folder);
  const { code, out } = await runCli(['quarantine', 'list'], folder);
  t.is(code, 0);
  t.is(out, 'nothing in quarantine\n');
  t.is((await runCli(['quarantine', 'show', '7'], folder)).code, 1);
  await rm(join(folder, 'data'), { recursive: true, force: true });
});
