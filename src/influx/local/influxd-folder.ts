import { join } from 'node:path';

/** The files of a local InfluxDB, all under the bridge's data folder. */
export interface InfluxdFolder {
  folder: string;
  bolt: string;
  engine: string;
  sqlite: string;
  processFile: string;
  credentials: string;
}

/** @returns where a local InfluxDB keeps what, below the bridge's data folder (`DATA_DIR`). */
export function influxdFolder(dataDir: string): InfluxdFolder {
  const folder = join(dataDir, 'influxdb');
  return {
    folder,
    bolt: join(folder, 'influxd.bolt'),
    engine: join(folder, 'engine'),
    sqlite: join(folder, 'influxd.sqlite'),
    processFile: join(folder, 'influxd.pid'),
    credentials: join(folder, 'credentials.json'),
  };
}
