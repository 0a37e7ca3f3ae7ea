/** One thing that is wrong with the settings: which, what, and what to do about it. */
export type SettingFault = { readonly name: string; readonly problem: string; readonly fix: string };

/** All faults of the settings at once. The message is ready to be shown to the administrator. */
export class SettingsError extends Error {
  readonly code = 'settings_invalid';
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    const lines = faults.map(({ name, problem, fix }) => `  ${name}: ${problem}\n    fix: ${fix}`);
    super(`The settings have ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

const FIXES: Record<string, string> = {
  ZOOM_SECRET_TOKEN:
    "copy the Secret Token from the page Access (older apps: Feature) of your app in Zoom's Marketplace into ZOOM_SECRET_TOKEN, or its file's path into ZOOM_SECRET_TOKEN_FILE (several: comma separated)",
  WEBHOOK_AUTH_HEADER: 'write it as "name: value", the same as in the Marketplace app, or leave it out',
  ZOOM_MAX_AGE_SECONDS: 'give whole seconds from 60 to 604800, or leave it out for 7200',
  ZOOM_MAX_AHEAD_SECONDS: 'give whole seconds from 0 to 86400, or leave it out for 300',
  ZOOM_INPUT_DIRECTION: 'set it to sent or received, or leave it out',
  PORT: 'give a free port from 1 to 65535, or leave it out for 8080',
  ADMIN_PORT: 'give a free port from 1 to 65535, or leave it out for 9464',
  WEBHOOK_PATH: 'set it to a path such as /zoom/webhook',
  TLS_CERT_FILE:
    'set TLS_CERT_FILE to a certificate chain and TLS_KEY_FILE to its key, both PEM files that the service can read, or neither',
  TLS_KEY_FILE:
    'set TLS_CERT_FILE to a certificate chain and TLS_KEY_FILE to its key, both PEM files that the service can read, or neither',
  SPOOL_MAX_BYTES: 'give a size of at least 1 MiB, such as 4GiB or 500MB',
  ARCHIVE:
    'set it to off, or to how long events are kept, such as 14d (at least 1h), and then PRIVACY to full',
  INFLUX_URL:
    'give the address of your InfluxDB 2, such as http://influxdb:8086, or leave it out to use a local one',
  INFLUX_TOKEN:
    'run "qss-bridge setup" to make a token that can only write, and give it here or by INFLUX_TOKEN_FILE',
  INFLUX_ORG: 'give the name of your InfluxDB organization',
  INFLUX_TOKEN_FILE_MODE: 'give three octal digits such as 600 or 640',
  RETENTION: 'give a duration such as 30d, or 0 to keep the points for ever',
  ROLLUP_RETENTION: 'give a duration such as 400d, or 0 to keep the points for ever',
  THRESHOLD_LATENCY_MS: 'give milliseconds from 0 to 60000, or leave it out for 150',
  THRESHOLD_JITTER_MS: 'give milliseconds from 0 to 60000, or leave it out for 40',
  THRESHOLD_LOSS_PCT: 'give percent from 0 to 100, or leave it out for 2',
  THRESHOLD_MOS: 'give a score from 1 to 5, or leave it out for 3.5',
  CONTEXT_TAGS:
    'name only these: device, network_type, data_center, location, site, client_version, microphone, speaker, camera, connection_type, domain, isp',
  SITES_FILE: 'give the path of a CSV file with the columns cidr,site, or leave it out',
  ASN_DB_FILE:
    'give the path of a MaxMind-format (.mmdb) database of providers, such as GeoLite2-ASN.mmdb, or leave it out',
  CITY_DB_FILE:
    'give the path of a MaxMind-format (.mmdb) database of cities, such as GeoLite2-City.mmdb, or leave it out',
  PRIVACY: 'set it to full, pseudonymous or minimal',
  LOG_LEVEL: 'set it to error, warn, info or debug',
  LOG_FORMAT: 'set it to json or pretty, or leave it out',
};

/** What to do about a fault of this setting. */
export function fixFor(name: string): string {
  return FIXES[name] ?? `correct ${name}, or leave it out to use the default`;
}
