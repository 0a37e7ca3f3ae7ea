import { join, resolve } from 'node:path';
import { errorText } from './error-text.js';
import { InfluxSetupError, type InfluxSetupErrorCode } from './influx-setup-error.js';
import { normalizeInfluxUrl } from './influx-url.js';
import { InfluxdUnavailableError } from './local/influxd-unavailable-error.js';
import { ensureLocalInflux } from './local/local-influx.js';
import { type ProvisionResult, provisionInflux } from './provision.js';

/** The exit codes of sysexits.h that `setup` ends with. */
const EXIT = { ok: 0, unavailable: 69, software: 70, noPermission: 77, configuration: 78 } as const;

const EXIT_BY_CODE: Record<InfluxSetupErrorCode, number> = {
  influx_url_invalid: EXIT.configuration,
  influx_admin_token_missing: EXIT.configuration,
  influx_unreachable: EXIT.unavailable,
  influx_unauthorized: EXIT.noPermission,
  influx_forbidden: EXIT.noPermission,
  influx_org_not_found: EXIT.configuration,
  influx_not_v2: EXIT.configuration,
  influx_refused: EXIT.configuration,
};

/** What `setup` works on. */
export interface SetupSettings {
  /** None: the local InfluxDB of the data folder. */
  influxUrl?: string;
  influxOrg: string;
  influxBucket: string;
  influxRollupBucket: string;
  retentionSeconds: number;
  rollupRetentionSeconds: number;
  dataDir: string;
  /** Needed with `influxUrl`: an all-access or operator token. */
  adminToken?: string;
  /** `tokens` below the data folder unless told otherwise. */
  tokensDir?: string;
  tokenFileMode?: number;
}

/**
 * Prepares InfluxDB for the bridge and tells, line by line, what was done and what to set next.
 *
 * @param out - takes a line for people
 * @returns the exit code: 0, 69 unavailable, 70 unforeseen, 77 no permission, 78 a setting is wrong
 */
export async function runSetup(settings: SetupSettings, out: (line: string) => void): Promise<number> {
  try {
    await (settings.influxUrl === undefined
      ? setUpLocal(settings, out)
      : setUpRemote(settings, settings.influxUrl, out));
    return EXIT.ok;
  } catch (error) {
    out(`setup failed: ${errorText(error)}`);
    return exitCode(error);
  }
}

async function setUpRemote(settings: SetupSettings, url: string, out: (line: string) => void): Promise<void> {
  if (!settings.adminToken) {
    throw new InfluxSetupError(
      'influx_admin_token_missing',
      'INFLUX_ADMIN_TOKEN (or INFLUX_ADMIN_TOKEN_FILE) is needed: ' +
        'an all-access or operator token of the organization, for setup alone',
    );
  }
  const result = await provision(settings, { url, org: settings.influxOrg, token: settings.adminToken });
  report(result, out);
  out('Next, for the bridge:');
  out(`  INFLUX_URL=${normalizeInfluxUrl(url)}`);
  out(`  INFLUX_ORG=${settings.influxOrg}`);
  out(`  INFLUX_TOKEN_FILE=${result.writeTokenFile}`);
  out(
    `and for Grafana, the token in ${result.readTokenFile}. Setup's own token is needed again for setup, rollup and erase alone.`,
  );
}

async function setUpLocal(settings: SetupSettings, out: (line: string) => void): Promise<void> {
  const local = await ensureLocalInflux({
    dataDir: settings.dataDir,
    org: settings.influxOrg,
    bucket: settings.influxBucket,
    progress: out,
  });
  try {
    out(`local InfluxDB (${local.source}), data in ${resolve(settings.dataDir, 'influxdb')}`);
    report(await provision(settings, local), out);
    out(
      'Next: start the bridge with the same DATA_DIR and without INFLUX_URL; it runs this InfluxDB itself.',
    );
  } finally {
    await local.stop();
  }
}

async function provision(
  settings: SetupSettings,
  influx: { url: string; org: string; token: string },
): Promise<ProvisionResult> {
  return await provisionInflux({
    url: influx.url,
    org: influx.org,
    adminToken: influx.token,
    bucket: settings.influxBucket,
    rollupBucket: settings.influxRollupBucket,
    retentionSeconds: settings.retentionSeconds,
    rollupRetentionSeconds: settings.rollupRetentionSeconds,
    tokensDir: resolve(settings.tokensDir ?? join(settings.dataDir, 'tokens')),
    ...(settings.tokenFileMode === undefined ? {} : { tokenFileMode: settings.tokenFileMode }),
  });
}

function report(result: ProvisionResult, out: (line: string) => void): void {
  for (const change of result.changes) {
    out(`  + ${change}`);
  }
  if (result.changes.length === 0) {
    out('  = nothing to change: buckets, retention, tokens and tasks are as they shall be');
  }
  out(`  token that can only write: ${result.writeTokenFile}`);
  out(`  token that can only read:  ${result.readTokenFile}`);
}

/** @returns the exit code of a failure of InfluxDB's administration: 69, 70, 77 or 78, as {@link runSetup} has them. */
export function exitCode(error: unknown): number {
  if (error instanceof InfluxSetupError) {
    return EXIT_BY_CODE[error.code];
  }
  if (error instanceof InfluxdUnavailableError) {
    return EXIT.unavailable;
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return EXIT.noPermission;
    case 'data_folder_in_use':
      return EXIT.unavailable;
    case 'ENOTDIR':
    case 'influx_credentials_lost':
    case 'influx_credentials_unreadable':
      return EXIT.configuration;
    default:
      return EXIT.software;
  }
}
