import { parseArgs } from 'node:util';
import { runBackfill } from '../backfill/run-backfill.js';
import { InfluxSetupError } from '../influx/influx-setup-error.js';
import { InfluxdUnavailableError } from '../influx/local/influxd-unavailable-error.js';
import { exitCode } from '../influx/run-setup.js';
import { makeLog } from '../log.js';
import { readMoment } from '../replay/time-range.js';
import { withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { type Command, EXIT, UsageError } from './command.js';
import { untilSignal } from './until-signal.js';

const OPTIONS = { from: { type: 'string' }, to: { type: 'string' } } as const;

const EXIT_BY_END = { made: EXIT.ok, nothing: EXIT.noInput, stopped: EXIT.failed } as const;

const HELP = `Usage: qss-bridge rollup --from TIME --to TIME

Makes the rollups of a past range anew from the raw points: after an outage of more than a day, after "replay --archive", or for
what was there before there were rollups. InfluxDB's tasks do this by themselves for the last day.

  --from TIME, --to TIME  windows that this range touches, each one whole: 2026-01-15, 2026-01-15T10:20,
                          2026-01-15T10:20:00+01:00; UTC where no zone is named. Windows that are not over and those whose
                          raw points are not kept any more are left as they are

Running it again changes nothing, and goes on where it was stopped. SIGINT and SIGTERM stop it behind the query that runs.

Settings: INFLUX_URL, INFLUX_ORG, INFLUX_BUCKET, INFLUX_ROLLUP_BUCKET, INFLUX_ADMIN_TOKEN (an all-access or operator token).
Without INFLUX_URL it works on the local InfluxDB below DATA_DIR: that of the bridge where one runs, else it starts it.

Exit codes: 0 done, 1 stopped before the end, 64 wrong use, 66 no raw points in the range, 69 InfluxDB is not to be had, 77 the
token may not, 78 the settings have faults.`;

/** Makes rollups of a past range. */
export const rollup: Command = {
  name: 'rollup',
  summary: 'make the rollups of a past range anew',
  help: HELP,

  async run(args, { env, out, err }) {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const from = moment('from', values.from);
    const to = moment('to', values.to);
    if (from >= to) throw new UsageError('--from has to lie before --to');
    const now = Date.now();
    if (from >= now) throw new UsageError('--from has to lie in the past');
    const settings = readSettings(withDotEnv(env, process.cwd()), { zoom: false });
    const stopping = new AbortController();
    void untilSignal().then(() => stopping.abort());
    const terminal = process.stderr.isTTY === true;
    try {
      const end = await runBackfill({
        settings,
        log: makeLog({ ...settings.log, level: 'warn' }, terminal),
        from,
        to,
        now,
        signal: stopping.signal,
        out,
        showProgress: (text) => process.stderr.write(text),
        terminal,
      });
      return EXIT_BY_END[end];
    } catch (error) {
      if (!(error instanceof InfluxSetupError || error instanceof InfluxdUnavailableError)) throw error;
      err(error.message);
      return exitCode(error);
    }
  },
};

function moment(name: string, text: string | undefined): number {
  if (text === undefined) throw new UsageError(`rollup needs --${name} TIME`);
  const ms = readMoment(text);
  if (ms === undefined)
    throw new UsageError(`--${name} takes a time such as 2026-01-15T10:20:00Z, not ${text}`);
  return ms;
}
