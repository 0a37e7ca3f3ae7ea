import { buildInfluxd } from '../src/influx/local/build-influxd.js';
import { findInfluxd } from '../src/influx/local/find-influxd.js';

// Tests and benchmarks run against a real InfluxDB: finds one on this machine or builds it, once.
const found = await findInfluxd();
const path = found?.path ?? (await buildInfluxd({ progress: (line) => process.stderr.write(`  ${line}\n`) }));
process.stderr.write(`  ${path}\n`);
