import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { create, StructError } from 'superstruct';
import { fixFor, type SettingFault, SettingsError } from './faults.js';
import { pickSettings, type RawEnvironment } from './read-environment.js';
import { environmentSchema, SECRET_NAMES } from './schema.js';
import type { Environment, Settings } from './settings.js';

/** What a command can't do without. `serve` needs Zoom's secret; `setup` needs only InfluxDB. */
export type Needs = { readonly zoom: boolean };

/**
 * Reads and checks all settings.
 *
 * @throws {SettingsError} naming every fault at once, each with its fix. Secrets are never part of it.
 */
export function readSettings(env: RawEnvironment, needs: Needs = { zoom: true }): Settings {
  const { values, faults } = pickSettings(env);
  const environment = check(values, faults);
  faults.push(...crossFaults(environment ?? values, needs));
  if (environment === undefined || faults.length > 0) throw new SettingsError(onePerName(faults));
  return toSettings(environment);
}

function check(values: Record<string, string>, faults: SettingFault[]): Environment | undefined {
  try {
    return create(values, environmentSchema);
  } catch (error) {
    if (!(error instanceof StructError)) throw error;
    for (const failure of error.failures()) {
      const name = String(failure.path[0]);
      faults.push({ name, problem: describe(name, values[name] ?? '', failure.message), fix: fixFor(name) });
    }
    return undefined;
  }
}

function describe(name: string, value: string, message: string): string {
  if ((SECRET_NAMES as readonly string[]).includes(name))
    return "its value can't be used (not shown: it is a secret)";
  const reason = message.startsWith('must') ? message : "can't be read";
  return `${JSON.stringify(value)} ${reason}`;
}

function crossFaults(values: Partial<Record<keyof Environment, unknown>>, needs: Needs): SettingFault[] {
  const faults: SettingFault[] = [];
  const fault = (name: string, problem: string) => faults.push({ name, problem, fix: fixFor(name) });
  if (needs.zoom && values.ZOOM_SECRET_TOKEN === undefined) fault('ZOOM_SECRET_TOKEN', 'is not set');
  if (needs.zoom && Array.isArray(values.ZOOM_SECRET_TOKEN) && values.ZOOM_SECRET_TOKEN.length === 0)
    fault('ZOOM_SECRET_TOKEN', 'holds no secret');
  if (needs.zoom && values.INFLUX_URL !== undefined) {
    if (values.INFLUX_TOKEN === undefined) fault('INFLUX_TOKEN', 'is not set, but INFLUX_URL is');
    if (values.INFLUX_ORG === undefined) fault('INFLUX_ORG', 'is not set, but INFLUX_URL is');
  }
  if ((values.TLS_CERT_FILE === undefined) !== (values.TLS_KEY_FILE === undefined))
    fault(
      values.TLS_CERT_FILE === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE',
      'is not set, but its twin is',
    );
  for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'SITES_FILE'] as const) {
    const file = values[name];
    if (typeof file === 'string' && !readable(file)) fault(name, `can't read the file ${file}`);
  }
  return faults;
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function onePerName(faults: readonly SettingFault[]): SettingFault[] {
  return [...new Map(faults.map((fault) => [fault.name, fault])).values()];
}

function toSettings(env: Environment): Settings {
  return {
    zoom: {
      secretTokens: env.ZOOM_SECRET_TOKEN ?? [],
      verificationToken: env.ZOOM_VERIFICATION_TOKEN,
      maxAgeSeconds: env.ZOOM_MAX_AGE_SECONDS,
      maxAheadSeconds: env.ZOOM_MAX_AHEAD_SECONDS,
    },
    webhook: {
      host: env.HOST,
      port: env.PORT,
      path: env.WEBHOOK_PATH,
      authHeader: splitHeader(env.WEBHOOK_AUTH_HEADER),
      tls:
        env.TLS_CERT_FILE !== undefined && env.TLS_KEY_FILE !== undefined
          ? { certFile: env.TLS_CERT_FILE, keyFile: env.TLS_KEY_FILE }
          : undefined,
    },
    admin: { host: env.ADMIN_HOST, port: env.ADMIN_PORT },
    dataDir: resolve(env.DATA_DIR),
    spoolMaxBytes: env.SPOOL_MAX_BYTES,
    influx: {
      url: env.INFLUX_URL?.replace(/\/+$/, ''),
      token: env.INFLUX_TOKEN,
      org: env.INFLUX_ORG,
      bucket: env.INFLUX_BUCKET,
      rollupBucket: env.INFLUX_ROLLUP_BUCKET,
      retentionSeconds: env.RETENTION,
      rollupRetentionSeconds: env.ROLLUP_RETENTION,
      adminToken: env.INFLUX_ADMIN_TOKEN,
      tokensDir: env.INFLUX_TOKENS_DIR,
      tokenFileMode: env.INFLUX_TOKEN_FILE_MODE,
    },
    points: {
      inputDirection: env.ZOOM_INPUT_DIRECTION,
      thresholds: {
        latencyMs: env.THRESHOLD_LATENCY_MS,
        jitterMs: env.THRESHOLD_JITTER_MS,
        lossPct: env.THRESHOLD_LOSS_PCT,
        mos: env.THRESHOLD_MOS,
      },
      contextTags: [...new Set(env.CONTEXT_TAGS)],
      sitesFile: env.SITES_FILE,
      privacy: env.PRIVACY,
    },
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
  };
}

function splitHeader(header: string | undefined): { name: string; value: string } | undefined {
  if (header === undefined) return undefined;
  const colon = header.indexOf(':');
  return { name: header.slice(0, colon).trim().toLowerCase(), value: header.slice(colon + 1).trim() };
}
