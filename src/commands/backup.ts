import { parseArgs } from 'node:util';
import { BackupError, backUp } from '../backup/back-up.js';
import { withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { type Command, EXIT, UsageError } from './command.js';
import { requireSpool } from './existing-data-dir.js';

/** Copies the data folder while the bridge may be running. */
export const backup: Command = {
  name: 'backup',
  summary: 'copy the data folder, also while the bridge runs',
  help: `Usage: qss-bridge backup FOLDER

Copies the data folder to FOLDER, which must not exist yet or be empty: waiting events, what has been seen, what is
remembered of people, quarantine, archive, the key of pseudonyms, tokens. The bridge may be running: the spool is copied as it
is in one moment. To restore, copy FOLDER to an empty DATA_DIR and start the bridge.

The points in InfluxDB are not part of it, also not those of the local one: "influx backup" copies them.

Settings: DATA_DIR.

Exit codes: 0 done, 1 it could not be copied, 64 wrong use, 78 the settings have faults.`,

  async run(args, { env, out, err }) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [target, ...others] = positionals;
    if (target === undefined || others.length > 0) throw new UsageError('backup needs one folder to copy to');
    const { dataDir } = readSettings(withDotEnv(env, process.cwd()), { zoom: false });
    requireSpool(dataDir);
    try {
      const { counts, quarantined, archiveFiles, hasLocalInflux } = await backUp(dataDir, target);
      out(
        `copied to ${target}: ${counts.waiting} events waiting, ${quarantined} items in quarantine, ${archiveFiles} files of the archive`,
      );
      if (hasLocalInflux)
        out('the points of the local InfluxDB are not part of it: copy them with "influx backup"');
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof BackupError)) throw error;
      err(error.message);
      return EXIT.failed;
    }
  },
};
