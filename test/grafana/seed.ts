import { gzipSync } from 'node:zlib';
import type { ContextStore } from '../../src/points/context.js';
import { fieldSetText } from '../../src/points/line.js';
import { PointMaker } from '../../src/points/make-points.js';
import type { Point } from '../../src/points/point-set.js';
import { makeShield } from '../../src/points/privacy.js';
import { readSites } from '../../src/points/sites.js';
import type { Timed } from '../../src/points/timed.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { type Account, type AccountOptions, createAccount } from '../../src/simulator/account.js';
import { decode } from '../../src/zoom/decode.js';
import { isRecord, parseJson } from '../../src/zoom/json.js';

/** Where lines go. */
export type SeedTarget = {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
};

export type SeedOptions = AccountOptions & { readonly hours: number };

/** Makes points as the bridge with default settings does, one event after the other. */
function pointMaker(sites: string): (event: unknown, receivedMs: number) => string[] {
  const { points } = readSettings({ ZOOM_SECRET_TOKEN: 'not-used' });
  const maker = new PointMaker({
    inputDirection: points.inputDirection,
    thresholds: points.thresholds,
    contextTags: points.contextTags,
    privacy: points.privacy,
    shield: makeShield(points.privacy, Buffer.alloc(32)),
    findSite: readSites(sites),
  });
  const store: ContextStore = new Map<string, Timed>();
  return (event, receivedMs) => {
    const parsed = parseJson(JSON.stringify(event));
    const decoded = isRecord(parsed) ? decode(parsed, receivedMs) : undefined;
    return decoded === undefined ? [] : maker.make(decoded.event, store).points.flatMap(lineOf);
  };
}

/** The lines of some events. */
export function linesOf(events: readonly unknown[]): string[] {
  const make = pointMaker('');
  return events.flatMap((event) => make(event, Date.now()));
}

/** Writes what a synthetic account sends in some hours, as the bridge with default settings would. */
export async function seed(target: SeedTarget, options: SeedOptions): Promise<Account> {
  const account = createAccount(options);
  const make = pointMaker(
    account.sites.flatMap(({ name, cidrs }) => cidrs.map((cidr) => `${cidr},${name}`)).join('\n'),
  );
  const end = options.startTime + options.hours * 3_600_000;
  let lines: string[] = [];
  const flush = async () => {
    if (lines.length > 0) await writeLines(target, lines);
    lines = [];
  };
  for (const { at, event } of account.events()) {
    if (at >= end) break;
    lines.push(...make(event, at));
    if (lines.length >= 20_000) await flush();
  }
  await flush();
  return account;
}

/** Writes lines with times in milliseconds. */
export async function writeLines(target: SeedTarget, lines: readonly string[]): Promise<void> {
  const query = new URLSearchParams({ org: target.org, bucket: target.bucket, precision: 'ms' });
  const response = await fetch(`${target.url}/api/v2/write?${query}`, {
    method: 'POST',
    headers: { authorization: `Token ${target.token}`, 'content-encoding': 'gzip' },
    body: gzipSync(lines.join('\n'), { level: 1 }),
  });
  if (response.status !== 204) throw new Error(`${response.status} ${await response.text()}`);
}

function lineOf({ measurement, fields, series, time }: Point): string[] {
  const values = fieldSetText(measurement, fields);
  return values === undefined ? [] : [`${series} ${values} ${time}`];
}
