import { hostname } from 'node:os';
import type { Status } from '../../src/admin/status.js';
import { ownPoint } from '../../src/bridge/own-point.js';
import type { BatchLine } from '../../src/influx/line-batch.js';
import { tagText } from '../../src/points/line.js';

/** A point of `qss_bridge` by a made-up bridge with so many events waiting, whatever machine this runs on. */
export function exampleOwnPoint(now: number, waiting: number): BatchLine {
  const { text, time, seq } = ownPoint(status(now, waiting), 850);
  return { text: text.replace(tagText('instance', hostname()), tagText('instance', 'bridge-1')), time, seq };
}

function status(now: number, waiting: number): Status {
  const done = { written: 81_240, repeated: 790, ignored: 402, quarantined: 3 };
  const accepted = done.written + done.repeated + done.ignored + done.quarantined + waiting;
  return {
    version: '0.0.0',
    startedAt: now - 3_600_000,
    now,
    state: 'ok',
    problems: [],
    counts: { accepted, ...done, waiting },
    receiver: {
      accepted,
      bytes: accepted * 2_500,
      rejected: { signature_missing: 4 },
      lastEventAt: {},
      lastAcceptedAt: now,
      lastValidationAt: now - 3_600_000,
      lastRejectedAt: {},
      nextValidationAt: now + 252_000_000,
      delayMs: 850,
      webhookUrl: 'https://qss.example.com/zoom/webhook',
    },
    spool: {
      bytes: waiting * 2_500,
      maxBytes: 4 * 1024 ** 3,
      // A hundred events a second come in.
      oldestWaitingAt: waiting === 0 ? undefined : now - waiting * 10,
      damagedFiles: [],
    },
    quarantine: { items: 3 },
    writer: {
      tally: {
        points: { zoom_qos: 803_100, zoom_cpu: 92_400 },
        events: {},
        omissions: {},
        refusals: {},
        superseded: 0,
        batches: 3_590,
        distinct: undefined,
      },
      obstacle: undefined,
      obstacleSince: undefined,
      url: 'http://influxdb:8086',
      bucket: 'zoom',
    },
    history: [],
    happenings: [],
    settings: {},
  };
}
