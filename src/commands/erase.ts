import { parseArgs } from 'node:util';
import { erasePerson } from '../erase/erase-person.js';
import { InfluxSetupError } from '../influx/influx-setup-error.js';
import { InfluxdUnavailableError } from '../influx/local/influxd-unavailable-error.js';
import { exitCode } from '../influx/run-setup.js';
import { makeLog } from '../log.js';
import { withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { type Command, EXIT, UsageError } from './command.js';
import { requireSpool } from './existing-data-dir.js';

/** Shorter texts stand in too much that has nothing to do with the person. */
const SHORTEST = 3;

/** Deletes what is stored of one person. */
export const erase: Command = {
  name: 'erase',
  summary: 'delete what is stored of one person',
  help: `Usage: qss-bridge erase TEXT... [--yes]

Looks for a person by texts that name them, each a whole value: email address, Zoom's user id, name as shown in meetings,
phone number. Says what would be deleted; with --yes deletes it:

  InfluxDB    all points of every join and call of theirs; of meetings and calls whose host, caller or callee they are also
              the points of zoom_meeting, which name the other party as well
  quarantine  items that hold one of the texts
  archive     events that hold one of the texts
  memory      what the bridge remembers of them, where it does not run

With PRIVACY=pseudonymous the pseudonyms of the texts are looked for, too. A name may belong to several people: prefer
email address and user id. Rollups hold nobody. What can not be deleted now is named, with what to do.

Settings: DATA_DIR, INFLUX_URL, INFLUX_ORG, INFLUX_BUCKET, INFLUX_ADMIN_TOKEN (an all-access or operator token). Without
INFLUX_URL it works on the local InfluxDB.

Exit codes: 0 done, 1 something is left, 64 wrong use, 69 InfluxDB is not to be had, 77 the token may not, 78 the settings have
faults.`,

  async run(args, { env, out, err }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean' } },
      allowPositionals: true,
    });
    const texts = positionals.map((text) => text.trim());
    if (texts.length === 0 || texts.some((text) => text.length < SHORTEST))
      throw new UsageError(`erase needs texts that name a person, of ${SHORTEST} characters or more`);
    const settings = readSettings(withDotEnv(env, process.cwd()), { zoom: false });
    requireSpool(settings.dataDir);
    const remove = values.yes === true;
    const log = makeLog({ ...settings.log, level: 'warn' }, process.stderr.isTTY === true);
    try {
      const found = await erasePerson({ settings, log, texts, remove });
      const verb = remove ? 'deleted' : 'would be deleted';
      out(`InfluxDB, bucket ${settings.influx.bucket}: ${found.predicates.length} sets of points ${verb}`);
      for (const predicate of found.predicates) out(`  ${predicate}`);
      out(`quarantine: ${found.quarantined} items ${verb}`);
      out(`archive: ${found.archived} events ${verb}`);
      out(`memory of the bridge: ${found.remembered} entries ${verb}`);
      for (const text of found.left) out(`left: ${text}`);
      if (!remove) out('nothing was deleted: run it again with --yes');
      return found.left.length > 0 ? EXIT.failed : EXIT.ok;
    } catch (error) {
      if (!(error instanceof InfluxSetupError || error instanceof InfluxdUnavailableError)) throw error;
      err(error.message);
      return exitCode(error);
    }
  },
};
