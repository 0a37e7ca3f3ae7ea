import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type SettingFault, SettingsError } from '../../src/settings/faults.js';
import { withDotEnv } from '../../src/settings/read-environment.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { environmentSchema, SECRET_NAMES } from '../../src/settings/schema.js';
import { tempFolder } from '../helpers/temp-folder.js';

/** The faults of settings that are otherwise right. */
function faultsOf(env: Record<string, string | undefined>): readonly SettingFault[] {
  return errorOf({ ZOOM_SECRET_TOKEN: 'x', ...env })?.faults ?? [];
}

function errorOf(env: Record<string, string | undefined>): SettingsError | undefined {
  try {
    readSettings(env);
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

const BAD: readonly [name: string, values: readonly string[], fix: RegExp][] = [
  ['ZOOM_SECRET_TOKEN', [',', ' , ,', '"",""'], /Secret Token .* Marketplace/],
  [
    'ZOOM_MAX_AGE_SECONDS',
    ['0', '59', '604801', '-1', '90m', '7200.5', 'abc', '1e4', 'NaN', '0x10', '７２００'],
    /60 to 604800/,
  ],
  ['ZOOM_MAX_AHEAD_SECONDS', ['-1', '86401', '1.5', 'abc'], /0 to 86400/],
  ['WEBHOOK_AUTH_HEADER', ['x-key', 'x-key:', ': value', 'x key: v', 'x_key: v', 'x-key = v'], /name: value/],
  ['ZOOM_INPUT_DIRECTION', ['Sent', 'out', 'sent,received'], /sent or received/],
  ['PORT', ['-1', '65536', '80.5', '8080/tcp', 'http', '0.0.0.0:8080', '1e3'], /1 to 65535/],
  ['ADMIN_PORT', ['-1', '65536', 'x'], /1 to 65535/],
  ['WEBHOOK_PATH', ['zoom', 'https://example.com/zoom', '/a b', '/a?b=1', '/a#b'], /\/zoom\/webhook/],
  ['TLS_CERT_FILE', ['/nowhere/cert.pem'], /PEM/],
  ['TLS_KEY_FILE', ['/nowhere/key.pem'], /PEM/],
  ['SPOOL_MAX_BYTES', ['0', '1048575', '1MB', '-4GiB', '4 gigabytes', 'GiB', '4,5GiB', 'lots'], /1 MiB/],
  ['ARCHIVE', ['0', '14', 'on', 'infinite', '30m', '-1d'], /14d/],
  [
    'INFLUX_URL',
    [
      'influxdb',
      'influxdb:8086',
      'ftp://influxdb',
      '//influxdb',
      'http://',
      'http://influxdb:8086/api/v2',
      'http://influxdb:8086/api/v2/',
      'http://influxdb:99999',
    ],
    /http:\/\/influxdb:8086/,
  ],
  ['RETENTION', ['30', '-1d', '1.5d', '30 days', '1y', 'd', 'forever'], /30d/],
  ['ROLLUP_RETENTION', ['400', '1M2d', 'x'], /400d/],
  ['INFLUX_TOKEN_FILE_MODE', ['6', '888', '06000', 'rw-------', '0o600'], /octal/],
  ['THRESHOLD_LATENCY_MS', ['-1', '60001', '150ms', 'x'], /0 to 60000/],
  ['THRESHOLD_JITTER_MS', ['-1', '60001', '40 ms'], /0 to 60000/],
  ['THRESHOLD_LOSS_PCT', ['-0.1', '100.1', '2%'], /0 to 100/],
  ['THRESHOLD_MOS', ['0.9', '5.1', '0', 'good'], /1 to 5/],
  ['CONTEXT_TAGS', ['devices', 'device;site', 'device,user_name', 'email', '*'], /device, network_type/],
  ['SITES_FILE', ['/nowhere/sites.csv'], /cidr,site/],
  ['ASN_DB_FILE', ['/nowhere/asn.mmdb'], /GeoLite2-ASN\.mmdb/],
  ['CITY_DB_FILE', ['/nowhere/city.mmdb'], /GeoLite2-City\.mmdb/],
  ['PRIVACY', ['none', 'FULL', 'anonymous'], /full, pseudonymous or minimal/],
  ['LOG_LEVEL', ['verbose', 'trace', 'INFO'], /error, warn, info or debug/],
  ['LOG_FORMAT', ['text', 'JSON'], /json or pretty/],
];

const twins: Record<string, Record<string, string>> = {
  TLS_CERT_FILE: { TLS_KEY_FILE: '/dev/null' },
  TLS_KEY_FILE: { TLS_CERT_FILE: '/dev/null' },
  INFLUX_URL: { INFLUX_TOKEN: 't', INFLUX_ORG: 'o' },
};

for (const [name, values, fix] of BAD)
  for (const value of values)
    test(`${name}=${JSON.stringify(value)} is a fault of its own, and says what to do`, (t) => {
      const faults = faultsOf({ ...twins[name], [name]: value });
      t.is(faults.length, 1);
      const [fault] = faults;
      t.is(fault?.name, name);
      t.regex(fault?.fix ?? '', fix);
      t.notRegex(fault?.problem ?? '', /Expected|undefined|\[object/);
      if (!(SECRET_NAMES as readonly string[]).includes(name)) t.true(fault?.problem.includes(value));
    });

test('every setting that can have a bad value is tried above', (t) => {
  // Any text will do for these.
  const free = [
    'ZOOM_VERIFICATION_TOKEN',
    'HOST',
    'ADMIN_HOST',
    'DATA_DIR',
    'INFLUX_TOKEN',
    'INFLUX_ORG',
    'INFLUX_BUCKET',
    'INFLUX_ROLLUP_BUCKET',
    'INFLUX_ADMIN_TOKEN',
    'INFLUX_TOKENS_DIR',
  ];
  t.deepEqual([...BAD.map(([name]) => name), ...free].sort(), Object.keys(environmentSchema.schema).sort());
});

test('each fault has words and a remedy of its own', (t) => {
  const fixes = BAD.map(([name, [value = '']]) => faultsOf({ ...twins[name], [name]: value })[0]?.fix);
  const shared = ['TLS_CERT_FILE', 'TLS_KEY_FILE'];
  t.is(new Set(fixes).size, BAD.length - (shared.length - 1));
});

test('all faults are told at once, whatever their kind, each once', (t) => {
  const error = errorOf({
    ...Object.fromEntries(BAD.map(([name, [value = '']]) => [name, value])),
    INFLUX_TOKEN_FILE: '/nowhere/token',
    ZOOM_VERIFICATION_TOKEN: 'v',
    ZOOM_VERIFICATION_TOKEN_FILE: '/nowhere/v',
  });
  t.deepEqual(
    error?.faults.map(({ name }) => name).sort(),
    [...BAD.map(([name]) => name), 'INFLUX_ORG', 'INFLUX_TOKEN_FILE', 'ZOOM_VERIFICATION_TOKEN'].sort(),
  );
  for (const { name, problem, fix } of error?.faults ?? [])
    t.true(error?.message.includes(`${name}: ${problem}\n    fix: ${fix}`));
  t.regex(error?.message ?? '', new RegExp(`have ${error?.faults.length} faults:`));
});

test('a missing secret of Zoom is told along with everything else', (t) => {
  t.deepEqual(
    errorOf({ PORT: 'x', INFLUX_URL: 'http://influxdb:8086' })
      ?.faults.map(({ name }) => name)
      .sort(),
    ['INFLUX_ORG', 'INFLUX_TOKEN', 'PORT', 'ZOOM_SECRET_TOKEN'],
  );
});

test('a missing secret of Zoom is told with the place where it is found', (t) => {
  const [fault, ...more] = errorOf({})?.faults ?? [];
  t.is(more.length, 0);
  t.like(fault, { name: 'ZOOM_SECRET_TOKEN', problem: 'is not set' });
  t.regex(fault?.fix ?? '', /page Access .* ZOOM_SECRET_TOKEN_FILE/);
});

test('one of the two TLS files alone is a fault of the other', (t) => {
  t.like(faultsOf({ TLS_CERT_FILE: '/dev/null' }), [
    { name: 'TLS_KEY_FILE', problem: 'is not set, but its twin is' },
  ]);
  t.like(faultsOf({ TLS_KEY_FILE: '/dev/null' }), [
    { name: 'TLS_CERT_FILE', problem: 'is not set, but its twin is' },
  ]);
});

test('the same port for both sides is a fault where their addresses meet', (t) => {
  const ports = { PORT: '9000', ADMIN_PORT: '9000' };
  t.like(faultsOf(ports), [{ name: 'ADMIN_PORT' }]);
  t.like(faultsOf({ ...ports, HOST: '127.0.0.1' }), [{ name: 'ADMIN_PORT' }]);
  t.like(faultsOf({ PORT: '9464' }), [{ name: 'ADMIN_PORT' }]);
  t.deepEqual(faultsOf({ ...ports, HOST: '10.0.0.1' }), []);
  t.deepEqual(faultsOf({ PORT: '0', ADMIN_PORT: '0' }), []);
});

test('no secret is ever part of a message', (t) => {
  const secret = 's3cret:\u0000value';
  for (const name of SECRET_NAMES)
    for (const value of [`${secret}`, 'x'.repeat(70_000), `"${secret}`, `${secret},,${'y'.repeat(70_000)}`]) {
      const { message = '' } = errorOf({ ZOOM_SECRET_TOKEN: 'x', [name]: value, PORT: 'bad' }) ?? {};
      t.regex(message, /PORT/);
      t.false(message.includes('s3cret'), name);
      t.false(message.includes('xxx'), name);
    }
});

test('a password in INFLUX_URL is not part of a message', (t) => {
  for (const url of [
    'ftp://user:pa55@influxdb',
    'http://user:pa55@influxdb/api/v2',
    'http://user:pa55@influxdb:x',
  ]) {
    const { message = '' } = errorOf({ ZOOM_SECRET_TOKEN: 'x', INFLUX_URL: url }) ?? {};
    t.regex(message, /INFLUX_URL/);
    t.false(message.includes('pa55'), message);
  }
});

for (const name of SECRET_NAMES) {
  const secret = name === 'WEBHOOK_AUTH_HEADER' ? 'x-key: from-file' : 'from-file';
  const needed = {
    ZOOM_SECRET_TOKEN: 'x',
    INFLUX_URL: 'http://influxdb:8086',
    INFLUX_ORG: 'o',
    INFLUX_TOKEN: 't',
  };
  const { [name as 'INFLUX_TOKEN']: _, ...others } = needed;

  test(`${name} is read from ${name}_FILE, without white space and quotes`, async (t) => {
    const folder = await tempFolder(t);
    for (const [index, content] of [
      secret,
      `${secret}\n`,
      ` "${secret}"\r\n`,
      `\ufeff'${secret}'\n\n`,
    ].entries()) {
      const file = join(folder, String(index));
      await writeFile(file, content);
      t.regex(JSON.stringify(readSettings({ ...others, [`${name}_FILE`]: `"${file}"\n` })), /from-file"/);
    }
  });

  test(`${name} together with ${name}_FILE is a fault, even where both agree`, async (t) => {
    const file = join(await tempFolder(t), 'secret');
    await writeFile(file, secret);
    const [fault, ...more] = errorOf({ ...needed, [name]: secret, [`${name}_FILE`]: file })?.faults ?? [];
    t.deepEqual(more, []);
    t.like(fault, { name, problem: `both ${name} and ${name}_FILE are set`, fix: 'keep one of the two' });
  });

  test(`${name}_FILE that can't be read, is a folder or empty is one fault that names the file`, async (t) => {
    const folder = await tempFolder(t);
    await writeFile(join(folder, 'empty'), ' \n');
    await writeFile(join(folder, 'quotes'), '""\n');
    await mkdir(join(folder, 'folder'));
    for (const file of ['missing', 'empty', 'quotes', 'folder']) {
      const path = join(folder, file);
      const faults = errorOf({ ...others, [`${name}_FILE`]: path })?.faults ?? [];
      t.is(faults.length, 1, file);
      t.is(faults[0]?.name, `${name}_FILE`);
      t.true(faults[0]?.problem.includes(path));
      t.truthy(faults[0]?.fix);
    }
  });
}

test('.env is read, with comments and quotes; the environment wins over it', async (t) => {
  const folder = await tempFolder(t);
  await writeFile(
    join(folder, '.env'),
    '# ours\nZOOM_SECRET_TOKEN="from-file" # the app\nPORT=1111\n#ADMIN_PORT=2222\n\nWEBHOOK_AUTH_HEADER=\'x-key: a b\'\n',
  );
  const settings = readSettings(withDotEnv({ PORT: '3333' }, folder));
  t.deepEqual(settings.zoom.secretTokens, ['from-file']);
  t.is(settings.webhook.port, 3333);
  t.is(settings.admin.port, 9464);
  t.deepEqual(settings.webhook.authHeader, { name: 'x-key', value: 'a b' });
});

test('no .env is no fault, and one that can not be read is told as such', async (t) => {
  const folder = await tempFolder(t);
  t.deepEqual(withDotEnv({ PORT: '1' }, folder), { PORT: '1' });
  await mkdir(join(folder, '.env'));
  const error = t.throws(() => withDotEnv({}, folder), { instanceOf: SettingsError });
  t.regex(error.message, /\.env: can't be read/);
});
