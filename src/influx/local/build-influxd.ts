/** How to build InfluxDB. */
export interface BuildInfluxdOptions {
  env?: NodeJS.ProcessEnv;
  progress: (line: string) => void;
}

/** Not yet: builds InfluxDB from its Go module. */
export async function buildInfluxd(_options: BuildInfluxdOptions): Promise<string> {
  throw new Error('InfluxDB can not be built yet');
}
