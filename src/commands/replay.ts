import { parseArgs } from 'node:util';
import { TargetError } from '../replay/archive-target.js';
import { InputError } from '../replay/input-error.js';
import { runReplay } from '../replay/run-replay.js';
import { readMoment } from '../replay/time-range.js';
import { withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { type Command, EXIT, UsageError } from './command.js';
import { untilSignal } from './until-signal.js';

const OPTIONS = {
  archive: { type: 'boolean', default: false },
  from: { type: 'string' },
  to: { type: 'string' },
  rate: { type: 'string' },
  again: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

const HELP = `Usage: qss-bridge replay FILE... [OPTIONS]
       qss-bridge replay --archive [OPTIONS]

Gives the bridge events from files, as if Zoom had sent them, or makes the points of archived events again.

FILE       events as JSON: one a line, in lists, or printed over several lines; pages of Zoom's webhook logs; files of the
           archive; each also compressed by gzip. - is standard input. Where a bridge runs on DATA_DIR it takes them at
           once, else at its next start. What it has had in the last three hours is recognised and counted as repeated;
           what it had before gives the same points again.
--archive  works on the events in DATA_DIR/archive (see ARCHIVE) in the order of the first time and writes their points to
           InfluxDB, say after an upgrade that makes better ones. The bridge may be running meanwhile.

  --from TIME, --to TIME  only events with an event_ts from the first moment on, before the second one: 2026-01-15,
                          2026-01-15T10:20, 2026-01-15T10:20:00+01:00; UTC where no zone is named
  --rate N                events a second at most
  --again                 work on events, too, that the bridge recognises as repeated (always so with --archive)
  --dry-run               print the points that would be written, in line protocol with times in ms, and as comments what
                          would be left out; change nothing

Settings: DATA_DIR; with --archive and --dry-run also those of points, with --archive those of InfluxDB.

Exit codes: 0 done, 1 something could not be read or was refused, 64 wrong use, 66 no such file, 69 InfluxDB is not to be
had, 78 the settings have faults. docs/replay.md says more.`;

/** Events once more: from files into the spool, or from the archive into InfluxDB. */
export const replay: Command = {
  name: 'replay',
  summary: 'take events from files, or make the points of archived events again',
  help: HELP,

  async run(args, { env, out, err }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.archive === positionals.length > 0)
      throw new UsageError('replay needs the names of files (- is standard input), or --archive');
    if (values.archive && values.again)
      throw new UsageError('--again goes without saying with --archive: leave it out');
    const range = { from: moment('from', values.from), to: moment('to', values.to) };
    if (range.from !== undefined && range.to !== undefined && range.from >= range.to)
      throw new UsageError('--from has to lie before --to');
    const rate = rateOf(values.rate);
    const settings = readSettings(withDotEnv(env, process.cwd()), { zoom: false });
    const stopping = new AbortController();
    void untilSignal().then(() => stopping.abort());
    try {
      const clean = await runReplay({
        settings,
        from: values.archive ? 'archive' : positionals,
        range,
        rate,
        again: values.again,
        dryRun: values['dry-run'],
        signal: stopping.signal,
        out,
        err,
        standardInput: process.stdin,
        showProgress: (text) => process.stderr.write(text),
        terminal: process.stderr.isTTY === true,
      });
      return clean ? EXIT.ok : EXIT.failed;
    } catch (error) {
      if (!(error instanceof InputError || error instanceof TargetError)) throw error;
      err(error.message);
      return error instanceof InputError ? EXIT.noInput : EXIT.unavailable;
    }
  },
};

function moment(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = readMoment(text);
  if (ms === undefined)
    throw new UsageError(`--${name} takes a time such as 2026-01-15T10:20:00Z, not ${text}`);
  return ms;
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0)
    throw new UsageError(`--rate takes a number of events a second, not ${text}`);
  return Number(text);
}
