import { setTimeout as sleep } from 'node:timers/promises';
import { renameBucket, setGrant } from '../influx-admin.js';
import { DEAD_MS, type Fault, HANGING_MS, WRONG_MS } from './fault.js';

/** SIGKILL at any moment, and a start some time after. */
export const killInfluxdb: Fault = {
  lane: 'influxdb',
  weight: 3,
  act: async ({ influx }, random) => {
    await influx.kill('SIGKILL');
    await sleep(random.between(...DEAD_MS));
    await influx.restart();
  },
};

/** SIGSTOP, and SIGCONT after a while. */
export const freezeInfluxdb: Fault = {
  lane: 'influxdb',
  weight: 2,
  act: async ({ influx }, random) => {
    await influx.pause();
    await sleep(random.between(...HANGING_MS));
    influx.resume();
  },
};

/** InfluxDB no longer takes the token, until somebody gives the right back. */
export const revokeToken: Fault = {
  lane: 'influxdb',
  weight: 1,
  act: async ({ influx, grant }, random) => {
    await setGrant(influx, grant, 'inactive');
    await sleep(random.between(...WRONG_MS));
    await setGrant(influx, grant, 'active');
  },
};

/** The bucket can't be found, until it has its name again. What is in it has to stay, for the comparison. */
export const removeBucket: Fault = {
  lane: 'influxdb',
  weight: 1,
  act: async ({ influx }, random) => {
    await renameBucket(influx, influx.bucket, 'elsewhere');
    await sleep(random.between(...WRONG_MS));
    await renameBucket(influx, 'elsewhere', influx.bucket);
  },
};
