import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { create, StructError } from 'superstruct';
import { fixFor, type SettingFault, SettingsError } from './faults.js';
import { pickSettings, type RawEnvironment } from './read-environment.js';
import { environmentSchema, SECRET_NAMES } from './schema.js';
import type { Environment, Settings } from './settings.js';

/** What a command can't do without. `serve` needs Zoom's secret; `setup` needs only InfluxDB. */
export type Needs = { readonly zoom: boolean };

/** Files that are read later, and again whenever they change. */
const READ_FILES = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'SITES_FILE', 'ASN_DB_FILE', 'CITY_DB_FILE'] as const;

/**
 * Reads and checks all settings.
 *
 * @throws {SettingsError} naming every fault at once, each with its fix. Secrets are never part of it.
 */
export function readSettings(env: RawEnvironment, needs: Needs = { zoom: true }): Settings {
  const { values, faults } = pickSettings(env);
  const environment = check(values, faults);
  faults.push(...crossFaults(environment, values, new Set(faults.map(({ name }) => name)), needs));
  if (faults.length > 0) throw new SettingsError(onePerName(faults));
  return toSettings(environment);
}

/** What is usable of the values; the others are left at their defaults and added to the faults. */
function check(values: Record<string, string>, faults: SettingFault[]): Environment {
  try {
    return create(values, environmentSchema);
  } catch (error) {
    if (!(error instanceof StructError)) throw error;
    const usable = { ...values };
    for (const failure of error.failures()) {
      const name = String(failure.path[0]);
      delete usable[name];
      faults.push({ name, problem: describe(name, values[name] ?? '', failure.message), fix: fixFor(name) });
    }
    return create(usable, environmentSchema);
  }
}

function describe(name: string, value: string, message: string): string {
  if ((SECRET_NAMES as readonly string[]).includes(name))
    return "its value can't be used (not shown: it is a secret)";
  const reason = message.startsWith('must') ? message : "can't be read";
  return `${JSON.stringify(withoutPassword(value))} ${reason}`;
}

/** An address may hold a password. */
function withoutPassword(value: string): string {
  return value.replace(/\/\/[^/]*@/, '//…@');
}

/** Faults that no setting has by itself. */
function crossFaults(
  environment: Environment,
  given: Readonly<Record<string, string>>,
  faulty: ReadonlySet<string>,
  needs: Needs,
): SettingFault[] {
  const faults: SettingFault[] = [];
  const fault = (name: string, problem: string) => {
    if (!faulty.has(name) && !faulty.has(`${name}_FILE`)) faults.push({ name, problem, fix: fixFor(name) });
  };
  if (needs.zoom && environment.ZOOM_SECRET_TOKEN === undefined) fault('ZOOM_SECRET_TOKEN', 'is not set');
  if (needs.zoom && environment.ZOOM_SECRET_TOKEN?.length === 0)
    fault('ZOOM_SECRET_TOKEN', 'holds no secret');
  if (needs.zoom && given['INFLUX_URL'] !== undefined) {
    if (environment.INFLUX_TOKEN === undefined) fault('INFLUX_TOKEN', 'is not set, but INFLUX_URL is');
    if (environment.INFLUX_ORG === undefined) fault('INFLUX_ORG', 'is not set, but INFLUX_URL is');
  }
  if ((environment.TLS_CERT_FILE === undefined) !== (environment.TLS_KEY_FILE === undefined))
    fault(
      environment.TLS_CERT_FILE === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE',
      'is not set, but its twin is',
    );
  for (const name of READ_FILES) {
    const file = environment[name];
    if (file !== undefined && !readable(file)) fault(name, `can't read the file ${file}`);
  }
  if (environment.ARCHIVE > 0 && environment.PRIVACY !== 'full')
    fault(
      'ARCHIVE',
      `keeps events as they came, with the personal values that PRIVACY=${environment.PRIVACY} keeps out`,
    );
  if (needs.zoom && !faulty.has('PORT') && samePort(environment))
    fault('ADMIN_PORT', `is ${environment.ADMIN_PORT}, as PORT is: the two sides need a port each`);
  return faults;
}

/** A database of providers is there for the tag `isp`, whether that is named or not. */
function contextTagsOf({ CONTEXT_TAGS, ASN_DB_FILE }: Environment): string[] {
  return [...new Set([...CONTEXT_TAGS, ...(ASN_DB_FILE === undefined ? [] : ['isp'])])];
}

function samePort({ HOST, PORT, ADMIN_HOST, ADMIN_PORT }: Environment): boolean {
  const everywhere = (host: string) => host === '0.0.0.0' || host === '::';
  return (
    PORT !== 0 && PORT === ADMIN_PORT && (HOST === ADMIN_HOST || everywhere(HOST) || everywhere(ADMIN_HOST))
  );
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
  return faults.filter(({ name }, index) => faults.findIndex((other) => other.name === name) === index);
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
      path: asRequested(env.WEBHOOK_PATH),
      authHeader: splitHeader(env.WEBHOOK_AUTH_HEADER),
      tls:
        env.TLS_CERT_FILE !== undefined && env.TLS_KEY_FILE !== undefined
          ? { certFile: env.TLS_CERT_FILE, keyFile: env.TLS_KEY_FILE }
          : undefined,
    },
    admin: { host: env.ADMIN_HOST, port: env.ADMIN_PORT },
    dataDir: resolve(env.DATA_DIR),
    spoolMaxBytes: env.SPOOL_MAX_BYTES,
    archiveSeconds: env.ARCHIVE,
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
      contextTags: contextTagsOf(env),
      sitesFile: env.SITES_FILE,
      asnDbFile: env.ASN_DB_FILE,
      cityDbFile: env.CITY_DB_FILE,
      privacy: env.PRIVACY,
    },
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
  };
}

/** Requests name a path in ASCII; what else stands in it comes percent-encoded. */
function asRequested(path: string): string {
  return path.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}

function splitHeader(header: string | undefined): { name: string; value: string } | undefined {
  if (header === undefined) return undefined;
  const colon = header.indexOf(':');
  return { name: header.slice(0, colon).trim().toLowerCase(), value: header.slice(colon + 1).trim() };
}
