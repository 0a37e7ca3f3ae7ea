import { randomBytes } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { parseEvent } from '../pipeline/work.js';
import { existingPrivacyKey } from '../writer/privacy-key.js';
import { readEpoch } from '../zoom/timestamp.js';
import { archiveFiles } from './archive-source.js';
import { archivedEvents } from './archived-events.js';
import { findEvents } from './find-events.js';
import type { Input } from './inputs.js';
import { pointMaker } from './point-maker.js';
import type { ReplayOptions, Telling } from './run-replay.js';
import { newSummary, type Summary, summaryRows, tableLines } from './summary.js';
import { isWithin } from './time-range.js';
import { Trial } from './trial.js';

/** So often signals are heard, and a reader that went away is noticed. */
const BREATHE_EVERY = 200;

/** An event of a trial, and whether its points are to be shown or it only teaches. */
type Tried = {
  readonly body: Buffer;
  readonly again: boolean;
  readonly where: string;
  readonly shown: boolean;
};

/** Shows what a replay would write and leave out, and changes nothing. Resolves with whether everything could be read. */
export async function runTrial(
  options: ReplayOptions,
  inputs: 'archive' | readonly Input[],
  telling: Telling,
): Promise<boolean> {
  const { settings, signal } = options;
  const summary = newSummary();
  const trial = new Trial(pointMaker(settings, existingPrivacyKey(settings.dataDir) ?? randomBytes(32)));
  const source =
    inputs === 'archive' ? ofArchive(options, summary, telling) : ofFiles(options, inputs, summary, telling);
  let seq = 0;
  for await (const { body, again, where, shown } of source) {
    if (signal.aborted) break;
    seq += 1;
    if (seq % BREATHE_EVERY === 0) await breathe();
    const { lines, leftOut } = trial.work(parseEvent({ seq, receivedMs: Date.now(), again, body }));
    if (!shown) continue;
    summary.taken += 1;
    for (const line of lines) telling.out(line);
    if (leftOut !== undefined) telling.out(`# ${where}: ${leftOut.replaceAll(/[\r\n]+/g, ' ')}`);
  }
  for (const line of tableLines(summaryRows(summary))) telling.err(line);
  telling.err('nothing was changed: this was a dry run');
  return summary.unreadable === 0 && !signal.aborted;
}

async function* ofFiles(
  { range, again, signal }: ReplayOptions,
  inputs: readonly Input[],
  summary: Summary,
  { unreadable }: Telling,
): AsyncGenerator<Tried> {
  const found = findEvents({
    inputs,
    range,
    summary,
    signal,
    onBytes: () => {},
    onUnreadable: unreadable.tell,
  });
  for await (const { body, input, line } of found)
    yield { body, again, where: `${input}:${line}`, shown: true };
}

async function* ofArchive(
  { settings, range }: ReplayOptions,
  summary: Summary,
  { unreadable }: Telling,
): AsyncGenerator<Tried> {
  const files = await archiveFiles(settings.dataDir, range);
  let where = '';
  const events = archivedEvents({
    files,
    onFile: ({ name }) => {
      where = name;
    },
    onDamaged: (problem) => {
      summary.unreadable += 1;
      unreadable.tellText(problem);
    },
  });
  for await (const { body, again } of events) {
    summary.read += 1;
    const shown = isWithin(range, eventTime(body));
    if (!shown) summary.skipped += 1;
    yield { body, again, where, shown };
  }
}

function eventTime(body: Buffer): number | undefined {
  const { json } = parseEvent({ seq: 0, receivedMs: 0, again: false, body });
  return readEpoch(json?.['event_ts']);
}
