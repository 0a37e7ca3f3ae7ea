import { startInfluxd } from '../../src/influx/local/start-influxd.js';

/** A bridge in small: starts InfluxDB, tells where, and stays. For tests that kill it. */
const [binary = '', dataDir = ''] = process.argv.slice(2);
const { url, pid } = await startInfluxd({ binary, dataDir });
process.stdout.write(`${JSON.stringify({ url, pid })}\n`);
