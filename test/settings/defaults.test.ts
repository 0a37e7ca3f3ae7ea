import { resolve } from 'node:path';
import test from 'ava';
import { readSettings } from '../../src/settings/read-settings.js';

const read = (env: Record<string, string> = {}) => readSettings({ ZOOM_SECRET_TOKEN: 'x', ...env });

test('every setting that is left out has its documented default', (t) => {
  t.deepEqual(read(), {
    zoom: { secretTokens: ['x'], verificationToken: undefined, maxAgeSeconds: 7200, maxAheadSeconds: 300 },
    webhook: { host: '0.0.0.0', port: 8080, path: '/zoom/webhook', authHeader: undefined, tls: undefined },
    admin: { host: '127.0.0.1', port: 9464 },
    dataDir: resolve('data'),
    spoolMaxBytes: 4 * 1024 * 1024 * 1024,
    archiveSeconds: 0,
    influx: {
      url: undefined,
      token: undefined,
      org: undefined,
      bucket: 'zoom',
      rollupBucket: 'zoom_rollup',
      retentionSeconds: 30 * 24 * 3600,
      rollupRetentionSeconds: 400 * 24 * 3600,
      adminToken: undefined,
      tokensDir: undefined,
      tokenFileMode: 0o600,
    },
    points: {
      inputDirection: 'sent',
      thresholds: { latencyMs: 150, jitterMs: 40, lossPct: 2, mos: 3.5 },
      contextTags: ['device', 'network_type', 'data_center', 'location', 'site', 'client_version'],
      sitesFile: undefined,
      asnDbFile: undefined,
      cityDbFile: undefined,
      privacy: 'full',
    },
    log: { level: 'info', format: undefined },
  });
});

test('an empty value, or one of quotes and white space alone, counts as left out', (t) => {
  const names = ['PORT', 'HOST', 'INFLUX_URL', 'CONTEXT_TAGS', 'PRIVACY', 'WEBHOOK_AUTH_HEADER', 'RETENTION'];
  for (const value of ['', ' ', '\n', '""', "''", '" "'])
    t.deepEqual(read(Object.fromEntries(names.map((name) => [name, value]))), read(), JSON.stringify(value));
});

test('what the environment holds beside the settings changes nothing', (t) => {
  t.deepEqual(read({ PATH: '/bin', port: '1', ZOOM_SECRET: 'y', PORT_FILE: '/nowhere' }), read());
});

const READ: readonly [
  name: string,
  value: string,
  get: (settings: ReturnType<typeof read>) => unknown,
  expected: unknown,
][] = [
  ['ZOOM_SECRET_TOKEN', 'a, b ,,c', (s) => s.zoom.secretTokens, ['a', 'b', 'c']],
  ['ZOOM_SECRET_TOKEN', '"a","b"', (s) => s.zoom.secretTokens, ['a', 'b']],
  ['ZOOM_SECRET_TOKEN', 'a\nb\r\nc\n', (s) => s.zoom.secretTokens, ['a', 'b', 'c']],
  ['ZOOM_SECRET_TOKEN', `"it's"`, (s) => s.zoom.secretTokens, ["it's"]],
  ['ZOOM_MAX_AGE_SECONDS', '5400', (s) => s.zoom.maxAgeSeconds, 5400],
  ['ZOOM_MAX_AHEAD_SECONDS', '0', (s) => s.zoom.maxAheadSeconds, 0],
  ['ZOOM_VERIFICATION_TOKEN', ' "v" ', (s) => s.zoom.verificationToken, 'v'],
  ['WEBHOOK_AUTH_HEADER', 'X-Key : a b', (s) => s.webhook.authHeader, { name: 'x-key', value: 'a b' }],
  [
    'WEBHOOK_AUTH_HEADER',
    '"Authorization: Basic YTpi"',
    (s) => s.webhook.authHeader,
    { name: 'authorization', value: 'Basic YTpi' },
  ],
  ['ZOOM_INPUT_DIRECTION', 'received', (s) => s.points.inputDirection, 'received'],
  ['HOST', '::', (s) => s.webhook.host, '::'],
  ['PORT', ' "443" ', (s) => s.webhook.port, 443],
  ['WEBHOOK_PATH', '/x', (s) => s.webhook.path, '/x'],
  ['WEBHOOK_PATH', '/zoë/ü', (s) => s.webhook.path, '/zo%C3%AB/%C3%BC'],
  ['WEBHOOK_PATH', '/zo%C3%AB', (s) => s.webhook.path, '/zo%C3%AB'],
  ['ADMIN_HOST', '0.0.0.0', (s) => s.admin.host, '0.0.0.0'],
  ['ADMIN_PORT', '0', (s) => s.admin.port, 0],
  ['DATA_DIR', '/var/lib/qss', (s) => s.dataDir, '/var/lib/qss'],
  ['DATA_DIR', 'here', (s) => s.dataDir, resolve('here')],
  ['SPOOL_MAX_BYTES', '4GiB', (s) => s.spoolMaxBytes, 4 * 1024 ** 3],
  ['SPOOL_MAX_BYTES', '500 MB', (s) => s.spoolMaxBytes, 500_000_000],
  ['SPOOL_MAX_BYTES', '1.5g', (s) => s.spoolMaxBytes, 1.5 * 1024 ** 3],
  ['SPOOL_MAX_BYTES', '2tib', (s) => s.spoolMaxBytes, 2 * 1024 ** 4],
  ['SPOOL_MAX_BYTES', '1048576', (s) => s.spoolMaxBytes, 1_048_576],
  ['ARCHIVE', 'Off', (s) => s.archiveSeconds, 0],
  ['ARCHIVE', '14d', (s) => s.archiveSeconds, 1_209_600],
  ['INFLUX_BUCKET', 'b', (s) => s.influx.bucket, 'b'],
  ['INFLUX_ROLLUP_BUCKET', 'r', (s) => s.influx.rollupBucket, 'r'],
  ['INFLUX_TOKEN_FILE_MODE', '640', (s) => s.influx.tokenFileMode, 0o640],
  ['INFLUX_TOKEN_FILE_MODE', '0644', (s) => s.influx.tokenFileMode, 0o644],
  ['RETENTION', '12h', (s) => s.influx.retentionSeconds, 43_200],
  ['RETENTION', '90m', (s) => s.influx.retentionSeconds, 5400],
  ['RETENTION', '2 W', (s) => s.influx.retentionSeconds, 1_209_600],
  ['RETENTION', '0', (s) => s.influx.retentionSeconds, 0],
  ['ROLLUP_RETENTION', 'infinite', (s) => s.influx.rollupRetentionSeconds, 0],
  ['ROLLUP_RETENTION', '3600s', (s) => s.influx.rollupRetentionSeconds, 3600],
  ['THRESHOLD_LATENCY_MS', '200', (s) => s.points.thresholds.latencyMs, 200],
  ['THRESHOLD_JITTER_MS', '12.5', (s) => s.points.thresholds.jitterMs, 12.5],
  ['THRESHOLD_LOSS_PCT', '0', (s) => s.points.thresholds.lossPct, 0],
  ['THRESHOLD_MOS', '4', (s) => s.points.thresholds.mos, 4],
  ['CONTEXT_TAGS', 'site,microphone, site', (s) => s.points.contextTags, ['site', 'microphone']],
  ['PRIVACY', 'pseudonymous', (s) => s.points.privacy, 'pseudonymous'],
  ['LOG_LEVEL', 'debug', (s) => s.log.level, 'debug'],
  ['LOG_FORMAT', 'pretty', (s) => s.log.format, 'pretty'],
];

for (const [name, value, get, expected] of READ)
  test(`${name}=${JSON.stringify(value)} is read as ${JSON.stringify(expected)}`, (t) => {
    t.deepEqual(get(read({ [name]: value })), expected);
  });

test('an InfluxDB of others is named by its address, organization and token; a slash at its end is dropped', (t) => {
  const { influx } = read({
    INFLUX_URL: 'https://influx.example.com:8086/base/',
    INFLUX_ORG: 'it',
    INFLUX_TOKEN: 't',
  });
  t.like(influx, { url: 'https://influx.example.com:8086/base', org: 'it', token: 't' });
});

test('setup needs neither a secret of Zoom nor the token that it makes', (t) => {
  const { influx, zoom } = readSettings({ INFLUX_URL: 'http://influxdb:8086' }, { zoom: false });
  t.is(influx.url, 'http://influxdb:8086');
  t.deepEqual(zoom.secretTokens, []);
});
