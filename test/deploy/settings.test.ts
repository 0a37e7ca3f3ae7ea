import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import test from 'ava';
import { readSettings } from '../../src/settings/read-settings.js';
import { environmentSchema, SECRET_NAMES } from '../../src/settings/schema.js';
import { composeConfig, REQUIRED } from './compose-config.js';
import { readText } from './repository.js';

const SETTINGS = Object.keys(environmentSchema.schema);
const KNOWN = new Set([...SETTINGS, ...SECRET_NAMES.map((name) => `${name}_FILE`)]);
/** Only `setup` needs these, and it has them. */
const FOR_SETUP = ['INFLUX_ADMIN_TOKEN', 'INFLUX_TOKENS_DIR', 'INFLUX_TOKEN_FILE_MODE'];

const config = composeConfig(REQUIRED, ['demo']);
const environmentOf = (name: string) => config.get(name)?.environment ?? {};

/** The variables that the example gives, and those it shows switched off behind a #. */
const example = readText('.env.example');
const given = parseEnv(example);
const shown = parseEnv(example.replace(/^#(?=[A-Z_]+=)/gm, ''));

test('every variable that Compose hands to the bridge is one of its settings', (t) => {
  for (const name of ['bridge', 'setup', 'simulator'])
    t.deepEqual(
      Object.keys(environmentOf(name)).filter((variable) => !KNOWN.has(variable)),
      [],
      name,
    );
});

test('every setting can be made under Compose', (t) => {
  const reachable = new Set(
    Object.keys(environmentOf('bridge')).flatMap((name) => [name, name.replace(/_FILE$/, '')]),
  );
  t.deepEqual(
    SETTINGS.filter((name) => !reachable.has(name)),
    FOR_SETUP,
  );
  for (const name of FOR_SETUP) t.true(name in environmentOf('setup'), name);
});

test('what Compose hands over are settings that the bridge accepts', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'qss-bridge-settings-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const token = join(folder, 'influx-write-token');
  await writeFile(token, 'write-token\n');
  const texts = (name: string) =>
    Object.fromEntries(
      Object.entries(environmentOf(name)).flatMap(([key, value]) =>
        value === null ? [] : [[key, String(value)]],
      ),
    );
  const bridge = readSettings({ ...texts('bridge'), INFLUX_TOKEN_FILE: token });
  t.like(bridge.influx, { url: 'http://influxdb:8086', org: 'qss-bridge', token: 'write-token' });
  t.deepEqual(bridge.admin, { host: '0.0.0.0', port: 9464 });
  t.is(bridge.dataDir, '/data');
  t.like(readSettings(texts('setup'), { zoom: false }).influx, {
    adminToken: REQUIRED.INFLUX_ADMIN_TOKEN,
    tokensDir: '/tokens',
    tokenFileMode: 0o640,
    retentionSeconds: 30 * 86_400,
  });
});

test('what .env sets reaches the bridge, and what it leaves out stays at the default', (t) => {
  const set = composeConfig({ ...REQUIRED, PRIVACY: 'minimal' }).get('bridge')?.environment;
  t.is(set?.['PRIVACY'], 'minimal');
  t.is(set?.['LOG_LEVEL'], null);
});

test('.env.example names every setting', (t) => {
  t.deepEqual(
    SETTINGS.filter((name) => !(name in shown)),
    [],
  );
  for (const secret of SECRET_NAMES) t.true(`${secret}_FILE` in shown, secret);
});

test('.env.example names every variable that docker-compose.yml asks for', (t) => {
  const asked = new Set(readText('docker-compose.yml').match(/(?<=(?<!\$)\$\{)[A-Z_]+/g));
  t.deepEqual(
    [...asked].filter((name) => !(name in shown)),
    [],
  );
});

test('.env.example asks for the four required values, and holds no secret', (t) => {
  t.deepEqual(given, {
    ZOOM_SECRET_TOKEN: '',
    INFLUX_ADMIN_PASSWORD: '',
    INFLUX_ADMIN_TOKEN: '',
    GRAFANA_ADMIN_PASSWORD: '',
  });
  t.deepEqual(Object.keys(given).sort(), Object.keys(REQUIRED).sort());
  for (const name of Object.keys(shown).filter((it) => /TOKEN$|PASSWORD$|AUTH_HEADER$/.test(it)))
    t.is(shown[name], '', name);
});

test('a value that .env.example shows is the default', (t) => {
  const defaults = readSettings({}, { zoom: false });
  // Unset, it follows the terminal.
  const values = SETTINGS.filter((name) => name !== 'LOG_FORMAT' && (shown[name] ?? '') !== '');
  t.true(values.length > 20);
  for (const name of values)
    t.deepEqual(readSettings({ [name]: shown[name] }, { zoom: false }), defaults, name);
});
