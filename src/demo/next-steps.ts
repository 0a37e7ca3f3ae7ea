import type { ConnectedInflux } from '../bridge/connect-influx.js';
import type { Bridge } from '../bridge/start-bridge.js';

/** What somebody who sees the demo run for the first time may want to do next. */
export function nextSteps(bridge: Bridge, { target }: ConnectedInflux, tokensDir: string): readonly string[] {
  return [
    'What to look at while the demo runs:',
    '',
    `  Status page   ${bridge.adminUrl}`,
    `  InfluxDB      ${target.url}   organization ${target.org}, bucket ${target.bucket}`,
    '',
    '  A Flux query to paste into a terminal, the five latencies that were worst in the last hour:',
    '',
    `    curl -sS '${target.url}/api/v2/query?org=${encodeURIComponent(target.org)}' \\`,
    `      -H "Authorization: Token $(cat '${tokensDir}/influx-read-token')" \\`,
    "      -H 'Content-Type: application/vnd.flux' -H 'Accept: application/csv' --data '",
    `        from(bucket: "${target.bucket}")`,
    '          |> range(start: -1h)',
    '          |> filter(fn: (r) => r._measurement == "zoom_qos" and r._field == "latency_ms")',
    '          |> group()',
    '          |> top(n: 5)',
    `          |> keep(columns: ["_time", "_value", "site", "network_type", "stream", "meeting", "participant"])'`,
    '',
    '  Grafana       give one that you have the address above as an InfluxDB data source with Flux, and the token in',
    `                ${tokensDir}/influx-read-token; README.md says how to start everything with Docker`,
    '',
  ];
}
