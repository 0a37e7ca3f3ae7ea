import { parentPort, workerData } from 'node:worker_threads';
import { Archive } from '../archive/archive.js';
import { archiveFolder } from '../archive/archive-file.js';
import { WatchedAddressFiles } from '../attribution/watched-address-files.js';
import { Delivery } from '../influx/delivery.js';
import { InfluxWriter } from '../influx/influx-writer.js';
import type { BatchLine } from '../influx/line-batch.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { Tally } from '../pipeline/tally.js';
import { PointMaker } from '../points/make-points.js';
import { makeShield } from '../points/privacy.js';
import { openTables } from '../spool/environment.js';
import { WorkStore } from '../spool/work-store.js';
import type { FromWriter, ToWriter, WriterData } from './messages.js';
import { privacyKey } from './privacy-key.js';

/** How often the main thread is told how things stand. */
const REPORT_EVERY_MS = 250;

/** How often the archive is looked at for files that are too old. */
const EXPIRE_EVERY_MS = 600_000;

/** More lines about the bridge itself than these are not kept while InfluxDB is away. */
const MAX_OWN_LINES = 20;

const port = parentPort;
if (port === null) throw new Error('this file is the writer thread and is started by writer/host.ts');
const tell = (message: FromWriter) => port.postMessage(message);

const { dataDir, owner, points, archiveSeconds, settleMs, countDistinct } = workerData as WriterData;
const tables = openTables(dataDir);
const addressFiles = new WatchedAddressFiles(points, ({ setting, title }, file, error) =>
  tell({ type: 'address_file', setting, title, file, error }),
);
const delivery = new Delivery({
  random: Math.random,
  onObstacle: (obstacle) => tell({ type: 'obstacle', obstacle }),
});
const archive =
  archiveSeconds === 0
    ? undefined
    : new Archive({ folder: archiveFolder(dataDir), keepSeconds: archiveSeconds, now: Date.now });
let ownLines: BatchLine[] = [];
const pipeline = new Pipeline({
  store: new WorkStore(tables, owner),
  maker: new PointMaker({
    inputDirection: points.inputDirection,
    thresholds: points.thresholds,
    contextTags: points.contextTags,
    privacy: points.privacy,
    shield: makeShield(points.privacy, privacyKey(dataDir)),
    ...addressFiles.finders,
  }),
  delivery,
  ...(archive === undefined ? {} : { archive }),
  now: Date.now,
  tally: new Tally(countDistinct),
  ...(settleMs === undefined ? {} : { settleMs }),
  ownLines: () => ownLines.splice(0),
  onRefusals: (refusals) => {
    const [first] = refusals;
    if (first !== undefined)
      tell({ type: 'refused', count: refusals.length, reason: first.reason, message: first.message });
  },
});

const report = () => tell({ type: 'state', tally: pipeline.tally.snapshot(), obstacle: delivery.obstacle });
const reporting = setInterval(report, REPORT_EVERY_MS);

const expire = () =>
  archive
    ?.expire()
    .catch((error: unknown) =>
      tell({ type: 'archive', error: error instanceof Error ? error.message : String(error) }),
    );
void expire();
const expiring = setInterval(() => void expire(), EXPIRE_EVERY_MS);

port.on('message', (message: ToWriter) => {
  switch (message.type) {
    case 'target':
      delivery.setWriter(new InfluxWriter(message.target));
      break;
    case 'own_line':
      ownLines = [...ownLines, message.line].slice(-MAX_OWN_LINES);
      pipeline.poke();
      break;
    case 'stop':
      pipeline.stop();
      break;
    case 'abort':
      pipeline.stop();
      delivery.close();
      break;
  }
});

const everythingWritten = await pipeline.run();
clearInterval(reporting);
clearInterval(expiring);
addressFiles.close();
await archive?.close();
report();
await tables.root.close();
tell({ type: 'stopped', everythingWritten });
delivery.close();
port.close();
