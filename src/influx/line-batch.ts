import type { LinePrecision } from './influx-writer.js';

/** A line without its time, the time (ms since 1970), and the sequence number of the event it came from. */
export type BatchLine = {
  readonly text: string;
  readonly time: number;
  readonly seq: number;
  /** The text's measurement, where whoever made the line has it at hand. */
  readonly measurement?: string;
};

/** The coarsest precision that keeps the times of these lines. */
export function precisionOf(lines: readonly BatchLine[]): LinePrecision {
  return lines.every(({ time }) => precisionOfTime(time) === 's') ? 's' : 'ms';
}

/** The coarsest precision that keeps a time. */
export function precisionOfTime(time: number): LinePrecision {
  return time % 1000 === 0 ? 's' : 'ms';
}

/** Writes a line with its time. */
export function renderLine({ text, time }: BatchLine, precision: LinePrecision): string {
  return `${text} ${precision === 's' ? time / 1000 : time}`;
}

/** What stands before the first comma: names of measurements hold none. */
export function measurementOf(text: string): string {
  return text.slice(0, text.indexOf(','));
}
