import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Status } from './status.js';

type Labelled = readonly (readonly [labels: Record<string, string>, value: number])[];

const labelled = (label: string, values: Readonly<Record<string, number>>): Labelled =>
  Object.entries(values).map(([value, count]) => [{ [label]: value }, count]);

const single = (value: number): Labelled => [[{}, value]];

/** The figures under their Prometheus names. Every label's values come from a fixed list. */
const COUNTERS: readonly [
  name: string,
  help: string,
  label: string | undefined,
  read: (status: Status) => Labelled,
][] = [
  [
    'events_accepted_total',
    'Events stored durably and acknowledged to Zoom.',
    undefined,
    (s) => single(s.counts.accepted),
  ],
  [
    'requests_rejected_total',
    'Requests refused, by reason.',
    'reason',
    (s) => labelled('reason', s.receiver.rejected),
  ],
  ['received_bytes_total', 'Bytes of accepted events.', undefined, (s) => single(s.receiver.bytes)],
  [
    'points_written_total',
    'Points written to InfluxDB, by measurement.',
    'measurement',
    (s) => labelled('measurement', s.writer.tally.points),
  ],
  [
    'events_left_out_total',
    'Events ignored or quarantined, by reason.',
    'reason',
    (s) => labelled('reason', s.writer.tally.events),
  ],
  [
    'values_left_out_total',
    'Parts of events left out while the rest was written, by reason.',
    'reason',
    (s) => labelled('reason', s.writer.tally.omissions),
  ],
  [
    'lines_refused_total',
    'Lines that InfluxDB refused for good, by reason.',
    'reason',
    (s) => labelled('reason', s.writer.tally.refusals),
  ],
];

const GAUGES: readonly [name: string, help: string, read: (status: Status) => number][] = [
  ['events_waiting', 'Events on disk that are not in InfluxDB yet.', (s) => s.counts.waiting],
  ['spool_bytes', 'Bytes that waiting events take on disk.', (s) => s.spool.bytes],
  ['spool_max_bytes', 'Bytes that waiting events may take (SPOOL_MAX_BYTES).', (s) => s.spool.maxBytes],
  [
    'spool_damaged_files',
    'Spools that were found damaged, set aside, and not taken away since.',
    (s) => s.spool.damagedFiles.length,
  ],
  ['quarantine_items', 'Items in quarantine.', (s) => s.quarantine.items],
  [
    'lag_seconds',
    'Age of the oldest event that is not in InfluxDB yet.',
    (s) => (s.spool.oldestWaitingAt === undefined ? 0 : Math.max(0, s.now - s.spool.oldestWaitingAt) / 1000),
  ],
  [
    'influxdb_writable',
    '1 where InfluxDB takes points, else 0.',
    (s) => (s.writer.obstacle === undefined ? 1 : 0),
  ],
  [
    'last_event_timestamp_seconds',
    'When the last event was accepted; 0 where none was since the start.',
    (s) => (s.receiver.lastAcceptedAt ?? 0) / 1000,
  ],
  [
    'last_url_validation_timestamp_seconds',
    "When Zoom's last URL validation was answered; 0 where none is known.",
    (s) => (s.receiver.lastValidationAt ?? 0) / 1000,
  ],
];

/** What `/metrics` answers. */
export type Metrics = { readonly contentType: string; render(): Promise<string> };

/** Makes the figures behind `/metrics`; they are read when they are asked for, all from one moment, so that they add up. */
export function createMetrics(read: () => Status): Metrics {
  const registry = new Registry();
  let status = read();
  collectDefaultMetrics({ register: registry });
  for (const [name, help, label, values] of COUNTERS)
    new Counter({
      name: `qss_bridge_${name}`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of values(status)) this.inc(labels, Math.max(0, value));
      },
    });
  for (const [name, help, value] of GAUGES)
    new Gauge({
      name: `qss_bridge_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value(status));
      },
    });
  new Gauge({
    name: 'qss_bridge_events_finished',
    help: 'Events that left the queue, by what became of them: written, repeated, ignored or quarantined. Falls where quarantined events are tried again.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { written, repeated, ignored, quarantined } = status.counts;
      for (const [outcome, count] of Object.entries({ written, repeated, ignored, quarantined }))
        this.set({ outcome }, count);
    },
  });
  new Gauge({
    name: 'qss_bridge_build_info',
    help: 'Always 1; the label tells the version.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: status.version }, 1);
  return {
    contentType: registry.contentType,
    render: () => {
      // Everything is collected before the registry gives way to another scrape.
      status = read();
      return registry.metrics();
    },
  };
}
