import { hostname } from 'node:os';
import type { Status } from '../admin/status.js';
import type { BatchLine } from '../influx/line-batch.js';
import { FieldSet } from '../points/field-set.js';
import { fieldSetText, tagText } from '../points/line.js';
import type { FieldOf } from '../points/schema.js';

/** How the bridge itself is, as a point of `qss_bridge`. */
export function ownPoint(status: Status, delayMs: number | undefined): BatchLine {
  const { counts, receiver, spool, writer, now } = status;
  const fields: Record<FieldOf<'qss_bridge'>, number | undefined> = {
    ...counts,
    rejected: sum(receiver.rejected),
    lag_ms: spool.oldestWaitingAt === undefined ? 0 : Math.max(0, now - spool.oldestWaitingAt),
    delay_ms: delayMs,
    points: sum(writer.tally.points),
    validation_age_s:
      receiver.lastValidationAt === undefined
        ? undefined
        : Math.max(0, Math.round((now - receiver.lastValidationAt) / 1000)),
    lines_refused: sum(writer.tally.refusals),
  };
  return {
    text: `qss_bridge${tagText('instance', hostname())} ${fieldSetText('qss_bridge', FieldSet.of('qss_bridge', fields))}`,
    time: now,
    seq: 0,
  };
}

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}
