import type { Resolution } from '../../src/points/rollup-schema.js';
import { ROLLUPS, type Rollup } from '../../src/points/rollup-schema.js';
import { FAMILY_IMPORTS, familyFlux } from '../../src/rollups/family-flux.js';
import { windowAt, windowMs } from '../../src/rollups/windows.js';
import type { Account } from '../../src/simulator/account.js';
import type { FaultKind } from '../../src/simulator/faults.js';
import type { TestInflux } from '../helpers/influx.js';
import { type SeedTarget, seed, writeLines } from './seed.js';

const HOUR = 3_600_000;

/** Two days ago at a full hour: in no window that is still open, and within what variables look back. */
const START = Math.floor(Date.now() / HOUR) * HOUR - 48 * HOUR;

const at = (hour: number) => START + hour * HOUR;

/** Hours of the day, from its start: when the site loses packets, when the data center is slow, and how long it all lasts. */
export const HOURS = { siteLoss: [1, 3], slowDataCenter: [4, 5], end: 8 } as const;

/** Where rollups of five minutes are made: a part of the day, since making them takes a while. */
export const FIVE_MINUTES = { from: 1.5, to: 2.75 } as const;

/** The same of longer rollups: the hours of the faults of places. */
const LONGER = { from: 1, to: 5 } as const;

export type ScriptedDay = {
  readonly account: Account;
  /** The moment of an hour of the day. */
  at(hour: number): number;
  /** A site's name, a person's email, a client version or a data center. */
  fault(kind: FaultKind): string;
};

/** Writes a day with one fault of each kind, and points of the bridge itself. */
export async function scriptedDay(influx: TestInflux): Promise<ScriptedDay> {
  const target = { ...influx, bucket: influx.bucket };
  const account = await seed(target, {
    startTime: START,
    hours: HOURS.end,
    scenario: 'day',
    participants: 60,
    meetings: 8,
  });
  await writeOwnPoints(target);
  return {
    account,
    at,
    fault: (kind) => account.faults.find((fault) => fault.kind === kind)?.subject ?? '',
  };
}

/** Makes the rollups of the day. */
export async function rollUpDay(influx: TestInflux): Promise<void> {
  for (const [family, { resolutions }] of Object.entries(ROLLUPS) as [Rollup, (typeof ROLLUPS)[Rollup]][])
    for (const resolution of resolutions as readonly Resolution[]) {
      const [from, to] =
        resolution === '5m' ? [at(FIVE_MINUTES.from), at(FIVE_MINUTES.to)] : [at(LONGER.from), at(LONGER.to)];
      await rollUp(influx, family, resolution, from, to);
    }
}

async function rollUp(
  influx: TestInflux,
  family: Rollup,
  resolution: Resolution,
  from: number,
  to: number,
): Promise<void> {
  const width = windowMs(resolution);
  const windows = [];
  for (let start = Math.floor(from / width) * width; start < to; start += width)
    windows.push(windowAt(resolution, start));
  const buckets = { bucket: influx.bucket, rollupBucket: influx.rollupBucket };
  await influx.query(`${FAMILY_IMPORTS}\n${familyFlux(family, windows, buckets)}`);
}

async function writeOwnPoints(target: SeedTarget): Promise<void> {
  const lines = [];
  for (let second = 0; second < HOURS.end * 3600; second += 15) {
    const fields = [
      `accepted=${second},written=${second},repeated=${Math.floor(second / 60)},ignored=0,quarantined=0,waiting=3`,
      `rejected=${Math.floor(second / 600)},lag_ms=2000,delay_ms=1500,points=${second * 9},lines_refused=0`,
      `validation_age_s=${second + 600}`,
    ];
    lines.push(`qss_bridge,instance=bridge-1 ${fields.join(',')} ${START + second * 1000}`);
  }
  await writeLines(target, lines);
}
