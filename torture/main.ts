import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULT_NAMES, type FaultName, isFaultName } from './faults/faults.js';
import { type RunResult, runOnce } from './run.js';
import { canMount, closeAllStages } from './stage.js';

const HELP = `Usage: npm run torture -- [options]

Kills, freezes and cuts off real processes while a synthetic Zoom posts, and compares InfluxDB at the end with what an
undisturbed run over the acknowledged events gives.

  --runs N      that many runs, with seeds from --seed on (default 1)
  --seed N      the first seed (default 1); the same seed does the same faults to the same story
  --jobs N      runs side by side (default 1)
  --seconds N   how long faults are begun in each run (default 12)
  --only A,B    these faults alone: ${FAULT_NAMES.join(', ')}
  --keep        keep the folders of every run (those of a failed run always stay)`;

const { values: args } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '12' },
    only: { type: 'string', default: FAULT_NAMES.join(',') },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

let isEnding = false;

const out = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  if (args.help) {
    out(HELP);
    return 0;
  }
  const [runs, first, jobs, seconds] = [args.runs, args.seed, args.jobs, args.seconds].map(wholeNumber);
  const faults = possible(args.only.split(',').map(faultName));
  const since = performance.now();
  const results: RunResult[] = [];
  let next = first ?? 1;
  const end = next + (runs ?? 1);
  const work = async () => {
    while (next < end && !isEnding) {
      const seed = next;
      next += 1;
      const result = await runOnce({ seed, faults, disturbMs: (seconds ?? 12) * 1000, keep: args.keep });
      results.push(result);
      report(result);
    }
  };
  await Promise.all(Array.from({ length: jobs ?? 1 }, work));
  summarize(results, performance.now() - since);
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

function report({ seed, tookMs, failures, difference, events, values, faults, kept, log }: RunResult): void {
  const { missing, extra, different } = difference;
  out(
    `seed ${seed}: ${failures.length === 0 ? 'as undisturbed' : 'FAILED'}; ${(tookMs / 1000).toFixed(1)} s, ` +
      `${faults.length} faults, ${events.acknowledged} events acknowledged, ${events.unsure} unsure, ${events.refused} refused, ${events.unsent} unsent, ` +
      `${values} values, ${missing.length} missing, ${extra.length} extra, ${different.length} different`,
  );
  for (const failure of failures.slice(0, 20)) out(`  ${failure}`);
  if (failures.length > 0)
    out(`  again: npm run torture -- --seed ${seed} --seconds ${args.seconds} --only ${args.only}`);
  if (failures.length > 0 || args.keep)
    for (const { name, afterMs, tookMs: lasted } of faults)
      out(`  ${name} after ${afterMs} ms, for ${lasted} ms`);
  if (kept === undefined) return;
  writeFileSync(join(kept, 'bridge.log'), `${log.join('\n')}\n`);
  writeFileSync(join(kept, 'difference.json'), JSON.stringify(difference, undefined, 1));
  out(`  kept in ${kept}`);
}

function summarize(results: readonly RunResult[], tookMs: number): void {
  const sum = (of: (result: RunResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const failed = results.filter(({ failures }) => failures.length > 0).map(({ seed }) => seed);
  const counts = new Map<string, number>();
  for (const { name } of results.flatMap(({ faults }) => faults))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  out('');
  out(`${results.length} runs in ${Math.round(tookMs / 1000)} s, ${failed.length} failed`);
  out(`faults: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`);
  out(
    `events: ${sum(({ events }) => events.acknowledged)} acknowledged, ${sum(({ events }) => events.unsure)} unsure; ` +
      `${sum(({ values }) => values)} values compared`,
  );
  out(
    `values: ${sum(({ difference }) => difference.missing.length)} lost, ` +
      `${sum(({ difference }) => difference.extra.length)} extra, ` +
      `${sum(({ difference }) => difference.different.length)} different`,
  );
  if (failed.length > 0) out(`failing seeds: ${failed.sort((a, b) => a - b).join(', ')}`);
}

/** Filling a disk takes a small one, which only root can mount. */
function possible(names: readonly FaultName[]): FaultName[] {
  if (!names.includes('fill-disk') || canMount()) return [...names];
  out('fill-disk is left out: only root can mount the small disk that it takes');
  return names.filter((name) => name !== 'fill-disk');
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${text} is no whole number`);
  return Number(text);
}

function faultName(text: string): FaultName {
  if (!isFaultName(text)) throw new Error(`there is no fault ${text}; there are ${FAULT_NAMES.join(', ')}`);
  return text;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    isEnding = true;
    await closeAllStages();
    process.exit(1);
  });
process.exitCode = await main();
