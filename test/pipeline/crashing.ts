import { Delivery } from '../../src/influx/delivery.js';
import { InfluxWriter } from '../../src/influx/influx-writer.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { openTables } from '../../src/spool/environment.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { pointMaker } from './run-pipeline.js';

// A process that writes what waits in a spool and is killed between InfluxDB's answer and the commit.

const [dataDir = '', url = '', org = '', token = '', bucket = ''] = process.argv.slice(2);
const store = new WorkStore(openTables(dataDir));
store.commit = () => {
  process.kill(process.pid, 'SIGKILL');
};
const delivery = new Delivery({ random: () => 0, onObstacle: () => {} });
delivery.setWriter(new InfluxWriter({ url, org, token, bucket }));
await new Pipeline({ store, maker: pointMaker(), delivery, now: Date.now, settleMs: 200 }).run();
