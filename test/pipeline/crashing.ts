import { setTimeout as sleep } from 'node:timers/promises';
import { Delivery } from '../../src/influx/delivery.js';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { openTables } from '../../src/spool/environment.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { pointMaker } from './run-pipeline.js';

// A process that writes what waits in a spool and is killed: between InfluxDB's answer and the commit, or in the place of the request
// with a given number, while others of its batch are on their way or answered.

const [dataDir = '', url = '', org = '', token = '', bucket = '', killedRequest] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');

/** Long enough for the other request to be answered and for the next batch to be made. */
const MEANWHILE_MS = 1_500;

class DyingWriter extends InfluxWriter {
  #requests = 0;

  override async send(...request: Parameters<InfluxWriter['send']>) {
    this.#requests += 1;
    if (this.#requests === Number(killedRequest)) {
      await sleep(MEANWHILE_MS);
      die();
    }
    return await super.send(...request);
  }
}

const store = new WorkStore(openTables(dataDir));
if (killedRequest === undefined) store.commit = die;
const delivery = new Delivery({ random: () => 0, onObstacle: () => {} });
delivery.setWriter(new DyingWriter({ url, org, token, bucket }));
await new Pipeline({ store, maker: pointMaker(), delivery, now: Date.now, settleMs: 200 }).run();
