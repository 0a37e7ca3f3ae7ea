import test from 'ava';
import {
  type ComposeService,
  composeConfig,
  healthCheckOf,
  mountsOf,
  portsOf,
  REQUIRED,
  runComposeConfig,
} from './compose-config.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '']);
const ALL_PROFILES = ['demo', 'tls'];
const LASTING = ['bridge', 'grafana', 'influxdb', 'proxy'];

let read: Map<string, ComposeService> | undefined;

/** All services of all profiles, read once. */
function everything(): Map<string, ComposeService> {
  read ??= composeConfig(REQUIRED, ALL_PROFILES);
  return read;
}

function service(name: string): ComposeService {
  const found = everything().get(name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

const names = (profiles: readonly string[]) => [...composeConfig(REQUIRED, profiles).keys()].sort();

test('four services start by themselves, the simulator and the proxy only when asked for', (t) => {
  t.deepEqual(names([]), ['bridge', 'grafana', 'influxdb', 'setup']);
  t.deepEqual(names(['demo']), ['bridge', 'grafana', 'influxdb', 'setup', 'simulator']);
  t.deepEqual(names(['tls']), ['bridge', 'grafana', 'influxdb', 'proxy', 'setup']);
});

test('no service has a capability, a privilege or a view of the host that it does not need', (t) => {
  for (const [name, it] of everything()) {
    t.not(it.privileged, true, name);
    t.deepEqual(it.cap_drop, ['ALL'], name);
    t.deepEqual(it.cap_add, name === 'proxy' ? ['NET_BIND_SERVICE'] : [], name);
    t.deepEqual(it.security_opt, ['no-new-privileges:true'], name);
    t.is(it.network_mode, undefined, name);
    t.is(it.pid, undefined, name);
    t.false(
      mountsOf(it).some(({ source }) => source.endsWith('docker.sock')),
      name,
    );
  }
});

test('the containers of the bridge can write to their volumes and nowhere else, and are not root', (t) => {
  for (const name of ['bridge', 'setup', 'simulator']) {
    t.true(service(name).read_only, name);
    t.is(service(name).user, '10001:0', name);
    t.is(service(name).image, 'qss-bridge', name);
  }
  t.true(service('proxy').read_only);
  for (const name of ['influxdb', 'grafana']) t.regex(service(name).user ?? '', /^[1-9]\d*:\d+$/, name);
});

test('nothing but the webhook listens on all addresses of the machine', (t) => {
  const open = (profiles: readonly string[], more: Record<string, string> = {}) =>
    [...composeConfig({ ...REQUIRED, ...more }, profiles)].flatMap(([name, it]) =>
      portsOf(it)
        .filter(({ address }) => EVERY_ADDRESS.has(address))
        .map(({ published, target }) => `${name} ${published}:${target}`),
    );
  t.deepEqual(open([]), ['bridge 8080:8080']);
  t.deepEqual(open(['demo']), ['bridge 8080:8080']);
  t.deepEqual(open(['tls']), ['bridge 8080:8080', 'proxy 80:80', 'proxy 443:443']);
  t.deepEqual(open(['tls'], { WEBHOOK_ADDRESS: '127.0.0.1' }), ['proxy 80:80', 'proxy 443:443']);
  t.deepEqual(open([], { PORT: '443' }), ['bridge 443:8080']);
});

test('the private side, InfluxDB and Grafana are published on the loopback address, whatever their ports', (t) => {
  const ports = { ADMIN_PORT: '19464', INFLUXDB_PORT: '18086', GRAFANA_PORT: '13000', HOST: '0.0.0.0' };
  const config = composeConfig({ ...REQUIRED, ...ports }, ALL_PROFILES);
  const published = [...config.values()].flatMap(portsOf);
  for (const [target, port] of [
    [9464, '19464'],
    [8086, '18086'],
    [3000, '13000'],
  ])
    t.deepEqual(
      published.filter((it) => it.target === target),
      [{ address: '127.0.0.1', published: String(port), target: Number(target) }],
    );
});

for (const missing of Object.keys(REQUIRED))
  test(`without ${missing} Compose refuses to start and says which value is missing`, (t) => {
    for (const value of [undefined, '']) {
      const { [missing as keyof typeof REQUIRED]: _, ...others } = REQUIRED;
      const { status, stderr } = runComposeConfig(
        value === undefined ? others : { ...others, [missing]: value },
      );
      t.not(status, 0);
      t.regex(stderr, new RegExp(`set ${missing} in \\.env`));
    }
  });

test('the spool lies in a volume that outlives the container', (t) => {
  const bridge = service('bridge');
  t.is(bridge.environment['DATA_DIR'], '/data');
  t.deepEqual(
    mountsOf(bridge).filter(({ target }) => target === '/data'),
    [{ source: 'bridge-data', target: '/data', readOnly: false }],
  );
  t.is(bridge.restart, 'unless-stopped');
  t.is(bridge.stop_grace_period, '20s');
});

test("InfluxDB's and Grafana's data outlive their containers too", (t) => {
  const kept = (name: string) =>
    mountsOf(service(name))
      .filter(({ readOnly }) => !readOnly)
      .map(({ source, target }) => `${source} ${target}`);
  t.deepEqual(kept('influxdb'), ['influxdb-data /var/lib/influxdb2', 'influxdb-config /etc/influxdb2']);
  t.deepEqual(kept('grafana'), ['grafana-data /var/lib/grafana']);
  t.deepEqual(kept('proxy'), ['proxy-data /data', 'proxy-config /config']);
});

test('only setup sees the admin token and can write tokens; the others read theirs', (t) => {
  for (const [name, it] of everything()) {
    const given = Object.values(it.environment).includes(REQUIRED.INFLUX_ADMIN_TOKEN);
    t.is(given, name === 'setup' || name === 'influxdb', name);
    const tokens = mountsOf(it).find(({ source }) => source === 'tokens');
    if (tokens !== undefined) t.is(tokens.readOnly, name !== 'setup', name);
  }
  t.is(service('bridge').environment['INFLUX_TOKEN_FILE'], '/tokens/influx-write-token');
  t.is(service('setup').environment['INFLUX_TOKENS_DIR'], '/tokens');
  t.is(service('setup').environment['INFLUX_TOKEN_FILE_MODE'], '640');
});

test('everything that lasts has a health check, and starts again after a crash', (t) => {
  for (const name of LASTING) {
    t.truthy(healthCheckOf(service(name)), name);
    t.is(service(name).restart, 'unless-stopped', name);
  }
  t.is(service('setup').restart, 'no');
  for (const name of ['setup', 'simulator']) t.is(healthCheckOf(service(name)), undefined, name);
});

test('each waits for what it needs', (t) => {
  const needs = (name: string) =>
    Object.entries(service(name).depends_on).map(([other, { condition }]) => `${other} ${condition}`);
  t.deepEqual(needs('setup'), ['influxdb service_healthy']);
  t.deepEqual(needs('bridge'), ['setup service_completed_successfully']);
  t.deepEqual(needs('grafana'), ['setup service_completed_successfully']);
  t.deepEqual(needs('simulator'), ['bridge service_healthy']);
  t.deepEqual(needs('proxy'), ['bridge service_healthy']);
});

test('the proxy and the simulator cannot reach InfluxDB', (t) => {
  for (const name of ['proxy', 'simulator']) t.deepEqual(Object.keys(service(name).networks), ['edge']);
  for (const name of ['influxdb', 'setup', 'grafana'])
    t.deepEqual(Object.keys(service(name).networks), ['store']);
});

test('the simulator signs with the same secret, and posts to the path that the bridge serves', (t) => {
  const config = composeConfig({ ...REQUIRED, WEBHOOK_PATH: '/other' }, ALL_PROFILES);
  t.deepEqual(config.get('simulator')?.command, ['simulate', '--url', 'http://bridge:8080/other']);
  t.is(config.get('simulator')?.environment['ZOOM_SECRET_TOKEN'], REQUIRED.ZOOM_SECRET_TOKEN);
  t.is(config.get('bridge')?.environment['WEBHOOK_PATH'], '/other');
  t.is(config.get('proxy')?.environment['WEBHOOK_PATH'], '/other');
});

test('logs cannot fill the disk', (t) => {
  for (const [name, it] of everything())
    t.deepEqual(it.logging?.options, { 'max-size': '10m', 'max-file': '5' }, name);
});

test('images are pinned at least to a minor version', (t) => {
  for (const [name, it] of everything()) if (it.build === undefined) t.regex(it.image, /:\d+\.\d+/, name);
});
