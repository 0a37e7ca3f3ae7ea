import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectedInflux, startLocal } from '../bridge/connect-influx.js';
import { type Bridge, startBridge } from '../bridge/start-bridge.js';
import type { Log } from '../log.js';
import type { Settings } from '../settings/settings.js';
import { createAccount } from '../simulator/account.js';
import { runSimulation } from '../simulator/simulate.js';
import type { SimulationSummary } from '../simulator/tally.js';
import type { EventCounts } from '../spool/counts.js';
import { countPoints } from './count-points.js';
import { nextSteps } from './next-steps.js';
import { Progress } from './progress.js';
import { type DemoResult, disagreements, resultTable } from './verdict.js';

/** The story begins this long ago and is told at this speed until it has caught up with the present. */
const STORY_MINUTES = 60;

/** How long the last events get to be written after the last was posted. */
const DRAIN_MS = 60_000;

/** Zoom waits three seconds for an answer; a laptop with much else to do may take longer, which is not what the demo is about. */
const ANSWER_MS = 30_000;

export type DemoOptions = {
  readonly settings: Settings;
  readonly log: Log;
  readonly out: (line: string) => void;
  readonly terminal: boolean;
  /** Ends the posting. */
  readonly signal: AbortSignal;
  /** How long to post, ms; undefined: until `signal`. */
  readonly forMs: number | undefined;
  readonly seed: number | undefined;
  readonly participants: number;
  readonly meetings: number;
};

/** Runs everything at once: InfluxDB, the bridge and a synthetic account that posts to it. Resolves with whether all agrees. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const { settings, log, out, signal, forMs, participants, meetings } = options;
  const seed = options.seed ?? randomInt(1, 2 ** 31);
  const story = createAccount({ seed, participants, meetings, scenario: 'mixed', startTime: Date.now() });
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const sitesFile = join(settings.dataDir, 'sites.csv');
  writeFileSync(
    sitesFile,
    story.sites.flatMap(({ name, cidrs }) => cidrs.map((cidr) => `${cidr},${name}\n`)).join(''),
  );
  out('Getting InfluxDB …');
  const influx = await startLocal(settings, log, (line) => out(`  ${line}`), signal);
  let bridge: Bridge | undefined;
  try {
    bridge = await startBridge({
      settings: { ...settings, points: { ...settings.points, sitesFile } },
      log,
      countDistinct: forMs !== undefined,
    });
    bridge.setTarget(influx.target);
    for (const line of nextSteps(bridge, influx, join(settings.dataDir, 'tokens'))) out(line);
    return await tell(options, bridge, influx, seed, story.accountId);
  } finally {
    await bridge?.stop();
    await influx.local?.stop();
  }
}

async function tell(
  options: DemoOptions,
  bridge: Bridge,
  influx: ConnectedInflux,
  seed: number,
  accountId: string,
): Promise<boolean> {
  const { settings, out, terminal, signal, forMs, participants, meetings } = options;
  const [secret = ''] = settings.zoom.secretTokens;
  const before = bridge.status().counts;
  const startTime = Date.now() - STORY_MINUTES * 60_000;
  const ending = new AbortController();
  const timer = forMs === undefined ? undefined : setTimeout(() => ending.abort(), forMs);
  signal.addEventListener('abort', () => ending.abort(), { once: true });
  const progress = new Progress(bridge, out, terminal);
  // The catching up takes most of the time there is, so that meetings, calls and stays also end.
  const speed = forMs === undefined ? STORY_MINUTES : Math.max(1, (STORY_MINUTES * 60_000) / (forMs * 0.9));
  const summary: SimulationSummary = await runSimulation({
    url: bridge.webhookUrl.replace('0.0.0.0', '127.0.0.1'),
    secret,
    seed,
    participants,
    meetings,
    scenario: 'mixed',
    startTime,
    speed,
    timeoutMs: ANSWER_MS,
    signal: ending.signal,
    onProgress: (now) => progress.show(now),
  });
  clearTimeout(timer);
  progress.end();
  out('  waiting until all is written, and looking for it in InfluxDB …');
  await drained(bridge);
  const status = bridge.status();
  const counts = subtract(status.counts, before);
  const { tally } = status.writer;
  const { qss_bridge: _own, ...written } = tally.distinct ?? {};
  const found =
    forMs === undefined || influx.readToken === undefined
      ? {}
      : await countPoints(
          { ...influx.target, token: influx.readToken },
          accountId,
          new Date(startTime - 3_600_000),
        );
  const result: DemoResult = {
    posted: summary.posted,
    acknowledged: summary.accepted,
    counts,
    written,
    found,
  };
  out('');
  for (const line of resultTable(result)) out(line);
  out('');
  if (forMs === undefined) return true;
  const faults = [
    ...Object.entries(summary.errors).map(([label, count]) => `${count} events were not delivered: ${label}`),
    ...disagreements(result),
  ];
  for (const fault of faults) out(`  DISAGREES: ${fault}`);
  if (faults.length === 0) out('  Everything agrees: what was posted is in InfluxDB.');
  return faults.length === 0;
}

/** Waits until nothing waits any more and the writer has told its last figures. */
async function drained(bridge: Bridge): Promise<void> {
  const deadline = Date.now() + DRAIN_MS;
  while (bridge.status().counts.waiting > 0 && Date.now() < deadline) await sleep(100);
  await sleep(600);
}

function subtract(after: EventCounts, before: EventCounts): EventCounts {
  return {
    accepted: after.accepted - before.accepted,
    written: after.written - before.written,
    repeated: after.repeated - before.repeated,
    ignored: after.ignored - before.ignored,
    quarantined: after.quarantined - before.quarantined,
    waiting: after.waiting - before.waiting,
  };
}

/** A secret that nobody has to think up. */
export function newSecret(): string {
  return randomBytes(24).toString('base64url');
}
