import type { Status } from '../../src/admin/status.js';

type Changes = {
  readonly [Part in keyof Status]?: Status[Part] extends object ? Partial<Status[Part]> : Status[Part];
};

const NOW = Date.UTC(2025, 9, 9, 8, 54, 21);

/** A status in which all is well, with changes. */
export function statusOf(
  changes: Changes & Partial<Pick<Status, 'problems' | 'history' | 'happenings'>> = {},
): Status {
  const well: Status = {
    version: '9.8.7',
    startedAt: NOW - 3_600_000,
    now: NOW,
    state: 'ok',
    problems: [],
    counts: { accepted: 10_107, written: 10_000, repeated: 40, ignored: 7, quarantined: 10, waiting: 50 },
    receiver: {
      accepted: 5000,
      bytes: 12_345_678,
      rejected: { signature_mismatch: 3, timestamp_stale: 1 },
      lastEventAt: { 'meeting.participant_qos': NOW - 4000, other: NOW - 60_000 },
      lastAcceptedAt: NOW - 4000,
      lastValidationAt: NOW - 7_200_000,
      lastRejectedAt: {},
      nextValidationAt: NOW + 252_000_000,
      delayMs: 1234,
      webhookUrl: 'http://0.0.0.0:8080/zoom/webhook',
    },
    spool: { bytes: 40_960, maxBytes: 4 * 1024 ** 3, oldestWaitingAt: NOW - 1500, damagedFiles: [] },
    quarantine: { items: 12 },
    writer: {
      tally: {
        points: { zoom_qos: 50_000, zoom_cpu: 900 },
        events: { unknown_event: 7, not_decodable: 10 },
        omissions: { value_unreadable: 2 },
        refusals: { influx_bad_line: 1 },
        superseded: 5,
        batches: 77,
        distinct: undefined,
      },
      obstacle: undefined,
      obstacleSince: undefined,
      url: 'http://influxdb:8086',
      bucket: 'zoom',
    },
    history: [],
    happenings: [],
    settings: { PORT: '8080', ZOOM_SECRET_TOKEN: '1 set', INFLUX_TOKEN: 'set', PRIVACY: 'full' },
  };
  const changed = Object.entries(changes).map(([part, change]) => [
    part,
    typeof change === 'object' && change !== null && !Array.isArray(change)
      ? { ...(well[part as keyof Status] as object), ...change }
      : change,
  ]);
  return { ...well, ...Object.fromEntries(changed) };
}
