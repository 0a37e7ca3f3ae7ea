import { errorText } from '../influx/error-text.js';
import { findDockerEngine } from '../influx/local/docker-influxd.js';
import { findInfluxd } from '../influx/local/find-influxd.js';
import type { DoctorContext } from './check.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';

/** Where the bridge is to run InfluxDB itself, and does not yet: whether it will find one. */
export async function* judgeLocalInflux({ bridge, env }: DoctorContext): AsyncIterable<Finding> {
  yield await findSource({ ...env });
  yield (await bridge()).kind === 'running'
    ? warning(
        'the local InfluxDB does not run yet; events wait on disk',
        "wait until it has started; the bridge's log says how far it is",
      )
    : skipped(
        'the local InfluxDB was not asked: the bridge runs it, and does not run itself',
        'start the bridge (npm start), then run this again; to use an InfluxDB of your own set INFLUX_URL',
      );
}

async function findSource(env: NodeJS.ProcessEnv): Promise<Finding> {
  try {
    const found = await findInfluxd({ env });
    if (found !== undefined) return ok(`the bridge will run ${found.path}`);
    const engine = await findDockerEngine(env);
    return engine.answers
      ? ok(`the bridge will run InfluxDB as a container (Docker ${engine.version})`)
      : warning(
          'there is no influxd on this machine, and no Docker: the first start builds one, which takes some minutes',
          'have Go, Rust and a C compiler ready, or put influxd on the PATH, or set INFLUX_URL to an InfluxDB 2 that you have',
        );
  } catch (error) {
    return fault(errorText(error), 'correct INFLUXD, or unset it');
  }
}
