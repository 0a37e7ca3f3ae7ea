import type { Input } from './inputs.js';
import { replayFiles } from './replay-files.js';
import type { ReplayOptions, Telling } from './run-replay.js';
import { newSummary, summaryRows, tableLines } from './summary.js';

/** Replays files and tells at the end what became of them. Resolves with whether everything could be read and was taken. */
export async function runFiles(
  { settings, range, rate, again, signal }: ReplayOptions,
  inputs: readonly Input[],
  { out, err, bar, unreadable }: Telling,
): Promise<boolean> {
  const summary = newSummary();
  const where = await replayFiles({
    dataDir: settings.dataDir,
    inputs,
    range,
    rate,
    again,
    summary,
    signal,
    onUnreadable: unreadable.tell,
    onStage: (stage) => bar.show(stage),
  });
  bar.clear();
  for (const line of tableLines(summaryRows(summary))) out(line);
  if (where === 'in_inbox')
    err(`no bridge runs on ${settings.dataDir}: it takes these events when it is started`);
  if (signal.aborted) err('stopped before the end; run the same again to go on: nothing is counted twice');
  return summary.unreadable === 0 && !signal.aborted;
}
