import { isPortFree } from './free-port.js';
import { InfluxdStartError } from './running-influxd.js';

/** What InfluxDB and Docker say where a port is taken. */
const PORT_TAKEN = /address already in use|port is already allocated/i;

/** Which port is wanted. */
export interface PortChoice {
  /** That one and no other; 0, which is the default, means any. */
  port?: number;
  /** Taken where it is free and `port` is 0. */
  preferredPort?: number;
}

/**
 * Starts something on the preferred port where that one is free, and on any where it is not, or where somebody
 * else takes it just then.
 *
 * @param start - is told the port, 0 for any
 */
export async function startOnPort<Started>(
  { port = 0, preferredPort }: PortChoice,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  if (port !== 0 || preferredPort === undefined || !(await isPortFree(preferredPort))) {
    return await start(port);
  }
  try {
    return await start(preferredPort);
  } catch (error) {
    if (error instanceof InfluxdStartError && PORT_TAKEN.test(error.outputTail)) {
      return await start(0);
    }
    throw error;
  }
}
