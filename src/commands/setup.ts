import { LOCAL_ORG } from '../bridge/connect-influx.js';
import { runSetup } from '../influx/run-setup.js';
import { withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { type Command, refuseArguments } from './command.js';

/** Prepares InfluxDB. */
export const setup: Command = {
  name: 'setup',
  summary: 'create or update buckets, tokens and tasks in InfluxDB',
  help: `Usage: qss-bridge setup

Creates or updates the buckets INFLUX_BUCKET and INFLUX_ROLLUP_BUCKET with RETENTION and ROLLUP_RETENTION, a token that can only
write them (for the bridge), one that can only read them (for Grafana), and the tasks that make the rollups. Running it again
changes nothing; what was altered since is put right, and told.

Settings: INFLUX_URL, INFLUX_ORG, INFLUX_ADMIN_TOKEN (an all-access or operator token, for this command alone),
INFLUX_TOKENS_DIR (where the two tokens are kept; default: tokens below DATA_DIR), INFLUX_TOKEN_FILE_MODE (default 600).
Without INFLUX_URL it prepares the local InfluxDB below DATA_DIR.

Exit codes: 0 done, 69 InfluxDB can't be reached, 77 the token may not, 78 the settings have faults.`,

  async run(args, { env, out }) {
    refuseArguments(args);
    const { influx, dataDir } = readSettings(withDotEnv(env, process.cwd()), { zoom: false });
    return await runSetup(
      {
        ...(influx.url === undefined ? {} : { influxUrl: influx.url }),
        influxOrg: influx.org ?? LOCAL_ORG,
        influxBucket: influx.bucket,
        influxRollupBucket: influx.rollupBucket,
        retentionSeconds: influx.retentionSeconds,
        rollupRetentionSeconds: influx.rollupRetentionSeconds,
        dataDir,
        ...(influx.adminToken === undefined ? {} : { adminToken: influx.adminToken }),
        ...(influx.tokensDir === undefined ? {} : { tokensDir: influx.tokensDir }),
        tokenFileMode: influx.tokenFileMode,
      },
      out,
    );
  },
};
