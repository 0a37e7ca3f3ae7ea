import type { Settings } from '../settings/settings.js';

const mask = (value: unknown) => (value === undefined ? 'not set' : 'set');

/** The settings in force under their outside names, with secrets masked. */
export function shownSettings(settings: Settings): Readonly<Record<string, string>> {
  const { zoom, webhook, admin, influx, points } = settings;
  return {
    ZOOM_SECRET_TOKEN: `${zoom.secretTokens.length} set`,
    ZOOM_VERIFICATION_TOKEN: mask(zoom.verificationToken),
    ZOOM_MAX_AGE_SECONDS: String(zoom.maxAgeSeconds),
    ZOOM_MAX_AHEAD_SECONDS: String(zoom.maxAheadSeconds),
    WEBHOOK_AUTH_HEADER: mask(webhook.authHeader),
    ZOOM_INPUT_DIRECTION: points.inputDirection,
    HOST: webhook.host,
    PORT: String(webhook.port),
    WEBHOOK_PATH: webhook.path,
    TLS: webhook.tls === undefined ? 'off' : webhook.tls.certFile,
    ADMIN_HOST: admin.host,
    ADMIN_PORT: String(admin.port),
    DATA_DIR: settings.dataDir,
    SPOOL_MAX_BYTES: String(settings.spoolMaxBytes),
    ARCHIVE: settings.archiveSeconds === 0 ? 'off' : `${settings.archiveSeconds}s`,
    INFLUX_URL: influx.url === undefined ? 'local' : withoutPassword(influx.url),
    INFLUX_TOKEN: mask(influx.token),
    INFLUX_ORG: influx.org ?? 'local',
    INFLUX_BUCKET: influx.bucket,
    INFLUX_ROLLUP_BUCKET: influx.rollupBucket,
    CONTEXT_TAGS: points.contextTags.join(','),
    SITES_FILE: points.sitesFile ?? 'not set',
    ASN_DB_FILE: points.asnDbFile ?? 'not set',
    CITY_DB_FILE: points.cityDbFile ?? 'not set',
    PRIVACY: points.privacy,
    LOG_LEVEL: settings.log.level,
  };
}

/** An address as it may be shown: it can hold a name and a password. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.toString();
}
