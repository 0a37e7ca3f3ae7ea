import type { BridgeProcess } from './bridge-process.js';
import type { GeneratorResult } from './generator.js';
import { median } from './median.js';
import { type Observed, Observer } from './observer.js';
import { bothReady, generate } from './processes.js';
import { type Load, type Measurement, posts, storyStart, warmUp } from './scenarios.js';

/** In how many portions the events are posted; each is of the same people, later than the one before. */
const PORTIONS = 6;

/** How long a portion's story may last: each participant makes an event a minute, but some come later. */
const portionMs = ({ events, participants }: Load) => Math.ceil((1.5 * events) / participants) * 60_000;

/** A bridge, and whether everything it has taken has to be written before its CPU is read. */
export type Contender = { readonly bridge: BridgeProcess; readonly writes: boolean };

/**
 * Two versions of the bridge at once, each over half of the connections, with the same events: whatever the machine does beside meets
 * both, so that one or two hundredths of a difference can be told from noise. Absolute figures are those of a machine that is shared.
 */
export async function beside(
  load: Load,
  contenders: readonly [Contender, Contender],
): Promise<readonly Measurement[]> {
  const portion: Load = {
    ...load,
    events: Math.ceil(load.events / PORTIONS),
    connections: Math.max(1, Math.floor(load.connections / 2)),
  };
  await Promise.all(contenders.map(({ bridge }) => warmUp(portion, bridge.port)));
  const costs: [Observed[], Observed[]] = [[], []];
  const postings: [GeneratorResult[], GeneratorResult[]] = [[], []];
  const start = Math.min(storyStart(), Date.now() - PORTIONS * portionMs(portion));
  for (let count = 0; count < PORTIONS; count += 1) {
    await Promise.all(contenders.map(written));
    const observers = contenders.map(({ bridge }) => new Observer(bridge.pid));
    const begin = bothReady(() => {
      for (const observer of observers) observer.restart();
    });
    const results = await Promise.all(
      contenders.map(({ bridge }) =>
        generate(posts(portion, bridge.port, 1, start + count * portionMs(portion)), begin),
      ),
    );
    await Promise.all(contenders.map(written));
    for (const side of [0, 1] as const) {
      const [result, observer] = [results[side], observers[side]];
      if (result !== undefined) postings[side].push(result);
      if (observer !== undefined) costs[side].push(observer.end(portion.events));
    }
  }
  const ratios = costs[0].map(({ cpuUsPerEvent }, at) => cpuUsPerEvent / (costs[1][at]?.cpuUsPerEvent ?? 0));
  const told = [
    `CPU of this one to that of the other, median of ${PORTIONS} portions: ${median(ratios).toFixed(3)} (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`,
  ];
  return ([0, 1] as const).map((side) => ({
    scenario: side === 0 ? 'this' : 'other',
    load: portion,
    ...last(postings[side]),
    processes: { bridge: middle(costs[side]) },
    ...(side === 1 ? { notes: told } : {}),
  }));
}

async function written({ bridge, writes }: Contender): Promise<void> {
  if (writes) await bridge.drained();
}

function last(postings: readonly GeneratorResult[]): Pick<Measurement, 'posting'> {
  const posting = postings.at(-1);
  return posting === undefined ? {} : { posting };
}

/** The portion in the middle by its cost, with the highest memory and the bytes of all. */
function middle(costs: readonly Observed[]): Observed {
  const ordered = costs.toSorted((one, other) => one.cpuUsPerEvent - other.cpuUsPerEvent);
  const found = ordered[Math.floor(ordered.length / 2)];
  if (found === undefined) throw new Error('nothing was measured');
  return {
    ...found,
    peakMemory: Math.max(...costs.map(({ peakMemory }) => peakMemory)),
    diskBytes: costs.reduce((sum, { diskBytes }) => sum + diskBytes, 0),
  };
}
