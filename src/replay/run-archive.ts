import { Delivery } from '../influx/delivery.js';
import { InfluxWriter } from '../influx/influx-writer.js';
import { makeLog } from '../log.js';
import { privacyKey } from '../writer/privacy-key.js';
import { archiveFiles } from './archive-source.js';
import { archiveSummaryRows, newArchiveSummary } from './archive-summary.js';
import { findTarget } from './archive-target.js';
import { archivedEvents } from './archived-events.js';
import { Pacer } from './pacer.js';
import { pointMaker } from './point-maker.js';
import { replayArchive } from './replay-archive.js';
import type { ReplayOptions, Telling } from './run-replay.js';
import { openScratch } from './scratch.js';
import { tableLines } from './summary.js';

/** Makes the points of the archive again, and tells at the end what became of it. Resolves with whether all of it could be used. */
export async function runArchive(
  { settings, range, rate, signal, terminal }: ReplayOptions,
  { out, err, bar, unreadable }: Telling,
): Promise<boolean> {
  const { dataDir } = settings;
  const files = await archiveFiles(dataDir, range);
  const maker = pointMaker(settings, privacyKey(dataDir));
  const { target, end } = await findTarget(settings, makeLog({ ...settings.log, level: 'warn' }, terminal));
  const summary = newArchiveSummary();
  const delivery = new Delivery({
    random: Math.random,
    onObstacle: (obstacle) =>
      err(
        obstacle === undefined ? 'InfluxDB takes points again' : `waiting for InfluxDB: ${obstacle.message}`,
      ),
  });
  delivery.setWriter(new InfluxWriter(target));
  signal.addEventListener('abort', () => delivery.stop());
  const scratch = openScratch(dataDir);
  let share = 0;
  const events = archivedEvents({
    files,
    onShare: (read) => {
      share = read;
    },
    onDamaged: (problem) => {
      summary.damaged += 1;
      unreadable.tellText(problem);
    },
  });
  try {
    await replayArchive({
      events,
      range,
      maker,
      scratch,
      delivery,
      pacer: new Pacer(rate, signal),
      summary,
      signal,
      onBatch: () => bar.show({ what: 'making points', done: summary.read, share }),
      onRefusals: ([first]) => {
        if (first !== undefined) err(`InfluxDB refuses points, among others: ${first.message}`);
      },
    });
  } finally {
    delivery.close();
    await scratch.close();
    await end();
    bar.clear();
  }
  for (const line of tableLines(archiveSummaryRows(summary))) out(line);
  if (signal.aborted)
    err('stopped before the end; run the same again: points that are there are overwritten');
  return summary.damaged === 0 && summary.refused === 0 && !signal.aborted;
}
