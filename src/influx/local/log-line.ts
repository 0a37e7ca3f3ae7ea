/** How much a line of InfluxDB's log matters. */
export type InfluxdLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Told every line that InfluxDB logs. */
export type InfluxdLogListener = (line: string, level: InfluxdLogLevel) => void;

/** @returns the level that a line of InfluxDB's log (logfmt) names; `info` where it names none. */
export function influxdLogLevel(line: string): InfluxdLogLevel {
  switch (/\blvl=(\w+)/.exec(line)?.[1]) {
    case 'debug':
      return 'debug';
    case 'warn':
      return 'warn';
    case 'error':
    case 'fatal':
    case 'panic':
    case 'dpanic':
      return 'error';
    default:
      return 'info';
  }
}

/** @returns the port that this line says InfluxDB listens on, if that is what it says. */
export function listeningPort(line: string): number | undefined {
  const port = line.includes('msg=Listening') ? /\bport=(\d+)/.exec(line)?.[1] : undefined;
  return port === undefined ? undefined : Number(port);
}
