/** No InfluxDB could be had on this machine; the bridge can receive and spool without. */
export class InfluxdUnavailableError extends Error {
  readonly code = 'influxd_unavailable';

  /** @param tried - what was tried, one line each, with what is missing */
  constructor(
    readonly tried: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `there is no InfluxDB on this machine and none can be started. Tried:\n${tried.map((line) => `- ${line}`).join('\n')}\n` +
        'Do one of these: set INFLUX_URL to an InfluxDB 2 elsewhere; install influxd 2.x; start Docker; ' +
        'or install what the build misses',
      options,
    );
    this.name = 'InfluxdUnavailableError';
  }
}
