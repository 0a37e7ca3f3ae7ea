import { HttpError } from '@influxdata/influxdb-client';

const NOT_FOUND = 404;

/**
 * InfluxDB 2 says "not found" to some lists whose filter meets nothing. The code in its answer tells this from
 * the 404 of a server that has no such address at all.
 *
 * @param none - what then stands for the empty list
 */
export function whereNotFound<None>(none: None): (error: unknown) => None {
  return (error) => {
    if (error instanceof HttpError && error.statusCode === NOT_FOUND && error.code === 'not found') {
      return none;
    }
    throw error;
  };
}
