import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test from 'ava';
import { judgeExpiry } from '../../src/doctor/judge-expiry.js';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { makeAddressDatabase } from '../helpers/address-database.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { makeAuthority } from './certificates.js';
import { examined } from './examined.js';
import { bridgeEnv, startRealBridge } from './real-bridge.js';

const SECRET = 'Doctor-Test-Secret-001';
const DAY_MS = 86_400_000;

test('every fault of the settings is a line with its fix, and other checks go on', async (t) => {
  const dataDir = tempFolder(t);
  const result = await examined({
    PORT: '99999',
    PRIVACY: 'some',
    DATA_DIR: dataDir,
    TLS_CERT_FILE: '/nowhere',
  });
  t.regex(result.text, /✗ PORT: "99999" must be a number from 0 to 65535\n {6}fix: give a free port/);
  t.regex(result.text, /✗ PRIVACY: .*\n {6}fix: set it to full, pseudonymous or minimal/);
  t.regex(result.text, /✗ TLS_KEY_FILE: is not set, but its twin is/);
  t.regex(result.text, /✗ ZOOM_SECRET_TOKEN: is not set\n {6}fix: copy the Secret Token/);
  t.regex(result.text, /- Zoom's side was not looked at\n {6}how: correct PORT and HOST first/);
  t.true(result.text.includes(`✓ ${dataDir} can be written`), result.text);
});

test('settings in order are counted', async (t) => {
  const result = await examined({ ZOOM_SECRET_TOKEN: SECRET, PORT: '8080' }, ['settings']);
  t.deepEqual(result.lines('ok'), ['2 are given and can be used; the others are at their defaults']);
  t.deepEqual(result.complaints, []);
});

for (const [what, env, said] of [
  [
    'quotes',
    { ZOOM_SECRET_TOKEN: `"${SECRET}"` },
    /^! ZOOM_SECRET_TOKEN has quotes around it; the bridge takes that off -> /,
  ],
  ['white space', { ZOOM_SECRET_TOKEN: `${SECRET}\r` }, /^! ZOOM_SECRET_TOKEN has white space around it/],
  [
    'a placeholder',
    { ZOOM_SECRET_TOKEN: 'your-secret-token' },
    /^! ZOOM_SECRET_TOKEN looks like a placeholder from an example -> copy the Secret Token once more/,
  ],
  [
    'half of a secret',
    { ZOOM_SECRET_TOKEN: 'aBcDeFgH' },
    /^! ZOOM_SECRET_TOKEN has only 8 characters: a part may be missing/,
  ],
  [
    'the client secret',
    { ZOOM_SECRET_TOKEN: 'aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD' },
    /^! ZOOM_SECRET_TOKEN has the form of the client secret/,
  ],
  [
    'the client id',
    { ZOOM_SECRET_TOKEN: 'J5x7kQz_9TbLw2RmVc4Nyg', ZOOM_CLIENT_ID: 'J5x7kQz_9TbLw2RmVc4Nyg' },
    /^! ZOOM_SECRET_TOKEN is the same as ZOOM_CLIENT_ID: that is the client id, not the Secret Token/,
  ],
  [
    'the verification token',
    { ZOOM_SECRET_TOKEN: 'J5x7kQz_9TbLw2RmVc4Nyg', ZOOM_VERIFICATION_TOKEN: 'J5x7kQz_9TbLw2RmVc4Nyg' },
    /^! ZOOM_SECRET_TOKEN is the same as ZOOM_VERIFICATION_TOKEN: that is the verification token/,
  ],
  ['a JSON Web Token', { ZOOM_SECRET_TOKEN: 'eyJhbGciOiJIUzI1NiJ9.e30.abc' }, /looks like a JSON Web Token/],
  ['a header', { ZOOM_SECRET_TOKEN: 'Bearer abcdefghijklmnop' }, /looks like an authorization header/],
  ['a blank inside', { ZOOM_SECRET_TOKEN: 'J5x7kQz_9Tb Lw2RmVc4Nyg' }, /has white space inside/],
  [
    'the second of two',
    { ZOOM_SECRET_TOKEN: `${SECRET},short` },
    /^! secret 2 in ZOOM_SECRET_TOKEN has only 5 characters/,
  ],
  [
    'a shortened token',
    {
      ZOOM_SECRET_TOKEN: SECRET,
      INFLUX_URL: 'http://127.0.0.1:9',
      INFLUX_ORG: 'o',
      INFLUX_TOKEN: 'abc\u2026xyz',
    },
    /^✗ INFLUX_TOKEN holds characters that no token has, .* -> copy the whole token once more/,
  ],
  [
    'a token with its scheme',
    {
      ZOOM_SECRET_TOKEN: SECRET,
      INFLUX_URL: 'http://127.0.0.1:9',
      INFLUX_ORG: 'o',
      INFLUX_TOKEN: 'Token abc',
    },
    /^✗ INFLUX_TOKEN begins with the word "Token"/,
  ],
] as const)
  test(`${what} in place of a secret is seen, and not said`, async (t) => {
    const result = await examined(env, ['settings']);
    t.is(result.complaints.length, 1, result.text);
    t.regex(result.complaints.join(), said);
    t.false(result.text.includes(env.ZOOM_SECRET_TOKEN.trim()));
  });

test('a line break at the end of a file with a secret is no slip, quotes in it are', async (t) => {
  const folder = tempFolder(t);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return { ZOOM_SECRET_TOKEN_FILE: join(folder, name) };
  };
  t.deepEqual((await examined(file('plain', `${SECRET}\n`), ['settings'])).complaints, []);
  t.regex(
    (await examined(file('quoted', `"${SECRET}"\n`), ['settings'])).complaints.join(),
    /^! ZOOM_SECRET_TOKEN has quotes around it/,
  );
});

test('a Node.js that is too old is told with the version it takes', async (t) => {
  const env = { ZOOM_SECRET_TOKEN: SECRET };
  t.regex(
    (await examined(env, ['node'], { nodeVersion: '20.18.3' })).complaints.join(),
    /^✗ version 20\.18\.3 is too old: 20\.19 or newer is needed -> install/,
  );
  for (const nodeVersion of ['20.19.0', '22.0.0', process.versions.node])
    t.deepEqual((await examined(env, ['node'], { nodeVersion })).complaints, []);
});

test('a folder that is not there yet can be made, and one below a file can not', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const make = (dataDir: string) => examined({ ZOOM_SECRET_TOKEN: SECRET, DATA_DIR: dataDir }, ['data_dir']);
  t.regex((await make(join(folder, 'a', 'b'))).text, /✓ .*\/a\/b is not there yet; it can be made in /);
  t.regex(
    (await make(join(folder, 'file', 'b'))).complaints.join(),
    /^✗ .* can't be made: a part of its path is a file -> move that away, or set DATA_DIR to another folder/,
  );
  t.regex(
    (await make(join(folder, 'file'))).complaints.join(),
    /^✗ .* can't be a folder: .* is a file -> move that away/,
  );
});

test('a data folder that this user may not write is told with user and fix', async (t) => {
  const dataDir = tempFolder(t);
  chmodSync(dataDir, 0o755);
  const shown = runAsNobody(dataDir);
  if (shown === undefined) {
    t.pass('only the superuser can become another user');
    return;
  }
  t.regex(
    shown,
    /✗ this user \(number 65534\) can't write in .*: EACCES.*\n {6}fix: give it to the user who runs the bridge \(chown/,
  );
  t.regex(
    shown,
    /! .* belongs to user 0, and this is user 65534\n {6}fix: run the doctor as the user who runs the bridge/,
  );
});

test('a data folder that this user may not even look at is told as that', async (t) => {
  const closed = tempFolder(t);
  const shown = runAsNobody(join(closed, 'data'));
  if (shown === undefined) {
    t.pass('only the superuser can become another user');
    return;
  }
  t.regex(
    shown,
    /✗ .* can't be looked at by this user \(number 65534\): EACCES.*\n {6}fix: run the doctor as the user/,
  );
});

/** Runs the data folder's check as another user, where this one may. */
function runAsNobody(dataDir: string): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const program = `
    process.setgid(65534); process.setuid(65534);
    const { examined } = await import(${JSON.stringify(new URL('./examined.js', import.meta.url).href)});
    const result = await examined({ ZOOM_SECRET_TOKEN: 'x', DATA_DIR: ${JSON.stringify(dataDir)} }, ['data_dir']);
    console.log(result.text);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: '/',
  });
  return run.status === 0 ? run.stdout : undefined;
}

test('a folder and files that others may read are named with the command that closes them', async (t) => {
  const dataDir = tempFolder(t);
  mkdirSync(join(dataDir, 'spool'));
  writeFileSync(join(dataDir, 'spool', 'data.mdb'), '', { mode: 0o644 });
  chmodSync(dataDir, 0o755);
  const result = await examined({ ZOOM_SECRET_TOKEN: SECRET, DATA_DIR: dataDir, SPOOL_MAX_BYTES: '1MiB' }, [
    'data_dir',
  ]);
  t.deepEqual(result.complaints, [
    `! ${dataDir} is open to other users of this machine (755) -> chmod 700 ${dataDir}`,
    `! ${dataDir}/spool/data.mdb is open to other users of this machine (644) -> chmod 600 ${dataDir}/spool/data.mdb`,
  ]);
});

test('a disk with less room than the spool may take is worth a warning', async (t) => {
  const env = { ZOOM_SECRET_TOKEN: SECRET, DATA_DIR: tempFolder(t), SPOOL_MAX_BYTES: '900TiB' };
  const result = await examined(env, ['data_dir']);
  t.regex(
    result.complaints.join(),
    /^! [\d.]+ [GM]iB free on its disk, which is less than the events that may wait there .* -> make room, or lower SPOOL_MAX_BYTES/,
  );
});

for (const [ms, said] of [
  [5, undefined],
  [
    300,
    /^! flushing to its disk takes 300 ms \(median of 3\): Zoom's 3 s for an answer are in danger -> put DATA_DIR on a local SSD/,
  ],
  [
    900,
    /^✗ flushing to its disk takes 900 ms \(median of 3\): Zoom waits 3 s for an answer, and that is not enough/,
  ],
] as const)
  test(`a disk that takes ${ms} ms to flush is judged by what Zoom waits`, async (t) => {
    const env = { ZOOM_SECRET_TOKEN: SECRET, DATA_DIR: tempFolder(t), SPOOL_MAX_BYTES: '1MiB' };
    const result = await examined(env, ['data_dir'], { measureFsync: async () => [1, ms, 2_000] });
    if (said === undefined) t.deepEqual(result.complaints, []);
    else t.regex(result.complaints.join(), said);
  });

test('a disk that hangs ends the check after its time limit, and what was found stays', async (t) => {
  const { runCheck } = await import('../../src/doctor/run-check.js');
  const check = {
    name: 'hanging',
    title: 'Hanging',
    limitMs: 100,
    async *run() {
      yield { level: 'ok' as const, what: 'first' };
      await new Promise(() => {});
    },
  };
  const reading = (await import('../../src/doctor/usable-settings.js')).readUsableSettings({}, '/nowhere');
  const findings = await runCheck(check, { reading } as unknown as Parameters<typeof runCheck>[1]);
  t.deepEqual(
    findings.map(({ level, what }) => [level, what]),
    [
      ['ok', 'first'],
      ['fault', 'not finished within 0.1 s: the lines above are all that could be found'],
    ],
  );
});

test('a check that fails itself is a line without a stack', async (t) => {
  const env = { ZOOM_SECRET_TOKEN: SECRET, DATA_DIR: tempFolder(t) };
  const result = await examined(env, ['ports', 'node'], { nodeVersion: undefined as unknown as string });
  t.regex(result.complaints.join('\n'), /✗ this check failed itself: /);
  t.notRegex(result.text, / {4}at /);
});

test('flushes of a real disk are measured, and nothing is left behind', async (t) => {
  const { measureFsync } = await import('../../src/doctor/measure-fsync.js');
  const { readdirSync } = await import('node:fs');
  const folder = tempFolder(t);
  const times = await measureFsync(folder);
  t.true(times.length > 0 && times.every((ms) => ms > 0));
  t.deepEqual(readdirSync(folder), []);
});

test('free ports get a tick', async (t) => {
  const result = await examined(await bridgeEnv(t), ['ports']);
  t.deepEqual(result.complaints, []);
  t.regex(
    result.text,
    /✓ port \d+ \(PORT\) for Zoom's side is free\n {2}✓ port \d+ \(ADMIN_PORT\) for the private side is free/,
  );
});

test('a port that another program has is told with that program', async (t) => {
  const env = await bridgeEnv(t);
  const other = spawn(process.execPath, [
    '-e',
    `require('http').createServer((q, a) => a.end('hi')).listen(${env['PORT']}, '127.0.0.1', () => console.log('on'))`,
  ]);
  t.teardown(() => {
    other.kill();
  });
  await once(other.stdout, 'data');
  const result = await examined(env, ['ports']);
  t.is(result.complaints.length, 1);
  t.regex(
    result.complaints.join(),
    /^✗ port \d+ \(PORT\) for Zoom's side is taken by another program.* -> stop that program, or set PORT to a free port/,
  );
  if (process.platform === 'linux')
    t.true(result.complaints.join().includes(`process ${other.pid}`), result.text);
});

test('ports of the running bridge are told from those of another program, and from another bridge', async (t) => {
  const running = await startRealBridge(t);
  const own = await examined(running.env, ['ports']);
  t.deepEqual(own.complaints, []);
  t.regex(own.text, /✓ port \d+ \(PORT\) for Zoom's side is held by the running bridge \(process \d+\)/);
  t.regex(own.text, /✓ port \d+ \(ADMIN_PORT\) for the private side is held by the running bridge/);
  const stranger = await examined({ ...running.env, ADMIN_PORT: String(await findFreePort()) }, ['ports']);
  t.regex(
    stranger.complaints.join(),
    /^✗ port \d+ \(PORT\) for Zoom's side is taken by another QSS Bridge, one with other settings/,
  );
});

test('an address that this machine does not have is told with its setting', async (t) => {
  const result = await examined({ ...(await bridgeEnv(t)), HOST: '192.0.2.1' }, ['ports']);
  t.deepEqual(result.complaints, ['✗ this machine has no address 192.0.2.1 (HOST) -> correct HOST']);
});

test('a site list that can not be read is told with its lines', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, 'cidr,site\n192.0.2.0/24,Sampletown\nnonsense\n');
  const result = await examined({ ZOOM_SECRET_TOKEN: SECRET, SITES_FILE: file }, ['files']);
  t.regex(
    result.complaints.join(),
    /^✗ SITES_FILE .* can't be used: .*line 3: "nonsense" -> correct the lines named here/,
  );
  writeFileSync(file, '192.0.2.0/24,Sampletown\n');
  t.deepEqual((await examined({ ZOOM_SECRET_TOKEN: SECRET, SITES_FILE: file }, ['files'])).complaints, []);
});

test('a site list whose tag is not written is worth a look', async (t) => {
  const file = join(tempFolder(t), 'sites.csv');
  writeFileSync(file, '192.0.2.0/24,Sampletown\n');
  const env = { ZOOM_SECRET_TOKEN: SECRET, SITES_FILE: file };
  t.deepEqual((await examined({ ...env, CONTEXT_TAGS: 'device' }, ['files'])).complaints, [
    '! SITES_FILE is set, but CONTEXT_TAGS leaves out site: nothing of it is written -> add site to CONTEXT_TAGS, or leave SITES_FILE out',
  ]);
});

test('databases of addresses are read, and one that can not be used is told', async (t) => {
  const folder = tempFolder(t);
  const asn = join(folder, 'asn.mmdb');
  writeFileSync(
    asn,
    makeAddressDatabase('GeoLite2-ASN', { '192.0.2.0/24': { autonomous_system_organization: 'A' } }),
  );
  const good = await examined({ ZOOM_SECRET_TOKEN: SECRET, ASN_DB_FILE: asn }, ['files']);
  t.deepEqual(good.complaints, []);
  t.deepEqual(good.lines('ok'), [`the database of providers ${asn} can be read`]);
  const wrong = await examined({ ZOOM_SECRET_TOKEN: SECRET, ASN_DB_FILE: asn, CITY_DB_FILE: asn }, ['files']);
  t.regex(
    wrong.complaints.join(),
    /^✗ CITY_DB_FILE .* can't be used: holds no names of places: its type is GeoLite2-ASN -> give the path of a MaxMind-format/,
  );
});

test("the bridge's own certificate is looked at: key, and time left", async (t) => {
  const authority = makeAuthority(t);
  const good = await authority.issue({ days: 60 });
  const other = await authority.issue({ name: 'other.example' });
  const examineFiles = (certFile: string, keyFile: string) =>
    examined({ ZOOM_SECRET_TOKEN: SECRET, TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }, ['files']);
  t.deepEqual((await examineFiles(good.certFile, good.keyFile)).complaints, []);
  t.regex(
    (await examineFiles(good.certFile, other.keyFile)).complaints.join(),
    /^✗ TLS_CERT_FILE .* and its key .* can't be used: .*mismatch/,
  );
});

test('a certificate is good, about to end, or over', (t) => {
  const level = (days: number) => judgeExpiry('it', 1e12 + days * DAY_MS, 1e12).level;
  t.deepEqual([15, 14, 13.9, 0.1, 0, -1].map(level), ['ok', 'ok', 'warning', 'warning', 'fault', 'fault']);
});

test('something else on ADMIN_PORT is no bridge', async (t) => {
  const env = await bridgeEnv(t);
  const server = createServer((_request, response) => response.end('<h1>hi</h1>'));
  server.listen(Number(env['ADMIN_PORT']), '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
  });
  const result = await examined(env, ['bridge']);
  t.regex(result.complaints.join(), /^✗ what answers on 127\.0\.0\.1:\d+ is no bridge -> set ADMIN_PORT/);
});
