import type { Readable } from 'node:stream';
import type { Settings } from '../settings/settings.js';
import { findInputs } from './inputs.js';
import { ProgressBar } from './progress.js';
import { runArchive } from './run-archive.js';
import { runFiles } from './run-files.js';
import { runTrial } from './run-trial.js';
import type { TimeRange } from './time-range.js';
import { UnreadableLines } from './unreadable-lines.js';

/** What the command line asks for, and where to tell how it goes. */
export type ReplayOptions = {
  readonly settings: Settings;
  readonly from: 'archive' | readonly string[];
  readonly range: TimeRange;
  readonly rate: number | undefined;
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly standardInput: Readable;
  /** Takes text for the progress bar as it is. */
  readonly showProgress: (text: string) => void;
  readonly terminal: boolean;
};

/** What every kind of replay tells the person before it. */
export type Telling = {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly bar: ProgressBar;
  readonly unreadable: UnreadableLines;
};

/**
 * Replays. Resolves with whether everything could be read and used.
 *
 * @throws {InputError} where a file or the archive is not there
 * @throws {TargetError} where there is no InfluxDB for the points of the archive
 */
export async function runReplay(options: ReplayOptions): Promise<boolean> {
  const { from, dryRun, standardInput } = options;
  const bar = new ProgressBar(options.showProgress, options.terminal);
  const err = (line: string) => {
    bar.clear();
    options.err(line);
  };
  const telling = { out: options.out, err, bar, unreadable: new UnreadableLines(err) };
  const inputs = from === 'archive' ? from : await findInputs(from, standardInput);
  if (dryRun) return runTrial(options, inputs, telling);
  return inputs === 'archive' ? runArchive(options, telling) : runFiles(options, inputs, telling);
}
