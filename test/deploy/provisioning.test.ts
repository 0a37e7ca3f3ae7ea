import test from 'ava';
import { any, array, create, record, string, type } from 'superstruct';
import { parse } from 'yaml';
import { composeConfig, mountsOf, REQUIRED } from './compose-config.js';
import { readText } from './repository.js';

const DATA_SOURCES = 'grafana/provisioning/datasources/influxdb.yaml';
const PROVIDERS = 'grafana/provisioning/dashboards/qss-bridge.yaml';

const grafana = composeConfig(REQUIRED).get('grafana');
const [source] = create(
  parse(readText(DATA_SOURCES)),
  type({ datasources: array(record(string(), any())) }),
).datasources;
const [provider] = create(
  parse(readText(PROVIDERS)),
  type({ providers: array(record(string(), any())) }),
).providers;

test('the data source has the uid that dashboards and alerts refer to, speaks Flux, and cannot be edited', (t) => {
  t.like(source, {
    uid: 'qss-influxdb',
    type: 'influxdb',
    access: 'proxy',
    editable: false,
    jsonData: { version: 'Flux', timeInterval: '1m' },
  });
});

test('Grafana knows every variable that the provisioning files name', (t) => {
  const named = new Set(`${readText(DATA_SOURCES)}${readText(PROVIDERS)}`.match(/(?<=: \$)[A-Z_]+/g));
  t.deepEqual([...named].sort(), ['INFLUX_BUCKET', 'INFLUX_ORG', 'INFLUX_READ_TOKEN', 'INFLUX_URL']);
  named.delete('INFLUX_READ_TOKEN'); // exported by the entrypoint, see container-scripts.test.ts
  for (const name of named) t.truthy(grafana?.environment[name], name);
});

test('the dashboards lie where Grafana looks for them, and cannot be changed in place', (t) => {
  t.like(provider, { folder: 'QSS Bridge', disableDeletion: true, allowUiUpdates: false });
  const mounts = grafana === undefined ? [] : mountsOf(grafana);
  const at = (target: string) => mounts.find((mount) => mount.target === target);
  t.like(at(String(provider?.['options'].path)), { readOnly: true });
  t.regex(at(String(provider?.['options'].path))?.source ?? '', /grafana\/dashboards$/);
  t.like(at('/etc/grafana/provisioning'), { readOnly: true });
});

test('the overview opens first, and the alerts lie where Grafana looks for them', (t) => {
  const home = String(grafana?.environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']);
  const folder = String(provider?.['options'].path);
  t.true(home.startsWith(`${folder}/`), home);
  t.like(JSON.parse(readText(`grafana/dashboards/${home.slice(folder.length + 1)}`)), {
    uid: 'qss-overview',
  });
  t.is(
    parse(readText('grafana/provisioning/alerting/qss-bridge.yaml')).groups[0].folder,
    provider?.['folder'],
  );
});

test('Grafana tells nobody about itself and keeps the plugin it came with', (t) => {
  for (const name of [
    'GF_ANALYTICS_REPORTING_ENABLED',
    'GF_ANALYTICS_CHECK_FOR_UPDATES',
    'GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES',
    'GF_NEWS_NEWS_FEED_ENABLED',
    'GF_PLUGINS_PREINSTALL_AUTO_UPDATE',
    'GF_USERS_ALLOW_SIGN_UP',
  ])
    t.is(grafana?.environment[name], 'false', name);
});
