import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectedInflux, remoteTarget, startLocalPersistently } from '../bridge/connect-influx.js';
import { startBridge } from '../bridge/start-bridge.js';
import { makeLog } from '../log.js';
import { withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { checkFiles } from './check-files.js';
import { type Command, EXIT, refuseArguments } from './command.js';
import { untilSignal } from './until-signal.js';

/** How long the local InfluxDB has to end, so that all together takes less than ten seconds. */
const LOCAL_INFLUX_GRACE_MS = 1_500;

/** Receives, stores and writes until it is told to end. */
export const serve: Command = {
  name: 'serve',
  summary: 'receive webhooks and write points to InfluxDB (the default)',
  help: `Usage: qss-bridge serve

Receives Zoom's QSS webhooks, keeps each event on disk before it answers, and writes the points to InfluxDB.
Settings come from the environment and from the file .env in the current folder; see .env.example.
Without INFLUX_URL it runs an InfluxDB of its own below DATA_DIR.

It ends by SIGTERM or SIGINT within 10 seconds; what is not yet in InfluxDB stays on disk for the next start.

Exit codes: 0 ended as told, 69 a port is taken or another bridge works on the data folder, 73 the data folder can't be made,
77 it may not be written, 78 the settings have faults.`,

  async run(args, { env }) {
    refuseArguments(args);
    const settings = readSettings(withDotEnv(env, process.cwd()));
    checkFiles(settings);
    const log = makeLog(settings.log, process.stderr.isTTY === true);
    const told = untilSignal();
    const bridge = await startBridge({ settings, log });
    log.info('the bridge receives', { webhook: bridge.webhookUrl, status_page: bridge.adminUrl });

    const ending = new AbortController();
    let connected: ConnectedInflux | undefined;
    const remote = remoteTarget(settings);
    const connecting =
      remote === undefined
        ? startLocalPersistently(settings, log, ending.signal).then((influx) => {
            connected = influx;
            if (influx !== undefined) bridge.setTarget(influx.target);
          })
        : Promise.resolve(bridge.setTarget(remote));

    const signal = await told;
    log.info('the bridge ends', { signal });
    ending.abort();
    const everythingWritten = await bridge.stop();
    const influxHasEnded = await Promise.race([
      connecting.then(() => connected?.local?.stop()).then(() => true),
      sleep(LOCAL_INFLUX_GRACE_MS, false, { ref: false }),
    ]);
    log.info(
      everythingWritten
        ? 'the bridge has ended; everything is written'
        : 'the bridge has ended; what is not written stays on disk for the next start',
    );
    // A local InfluxDB that hangs is not waited for.
    if (!influxHasEnded) {
      kill(connected?.local?.pid());
      process.exit(EXIT.ok);
    }
    return EXIT.ok;
  },
};

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
