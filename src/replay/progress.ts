/** How far a piece of work is. */
export type Stage = {
  /** What is being done, such as `reading`. */
  readonly what: string;
  readonly done: number;
  /** What is counted in `done`: events unless told otherwise. */
  readonly unit?: string;
  /** From 0 to 1; undefined where the end is not known. */
  readonly share: number | undefined;
  /** What is waited for, where something is. */
  readonly remark?: string;
};

/** On a terminal the line is renewed this often, elsewhere a line is printed this seldom. */
const TERMINAL_MS = 100;
const QUIET_MS = 5_000;

const BAR_WIDTH = 24;

/** Shows how work goes on: a bar that is renewed on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  readonly #write: (text: string) => void;
  readonly #terminal: boolean;
  #last = { at: performance.now(), done: 0 };
  #shown = false;

  /** @param write takes text as it is, without a line break of its own */
  constructor(write: (text: string) => void, terminal: boolean) {
    this.#write = write;
    this.#terminal = terminal;
  }

  show(stage: Stage): void {
    const at = performance.now();
    if (at - this.#last.at < (this.#terminal ? TERMINAL_MS : QUIET_MS)) return;
    const rate = Math.round(((stage.done - this.#last.done) * 1000) / (at - this.#last.at));
    this.#last = { at, done: stage.done };
    const line = stageLine(stage, Math.max(0, rate), this.#terminal);
    this.#write(this.#terminal ? `\r\u001b[K${line}` : `${line}\n`);
    this.#shown = true;
  }

  /** Takes the bar away, so that other lines can be printed. */
  clear(): void {
    if (this.#terminal && this.#shown) this.#write('\r\u001b[K');
    this.#shown = false;
  }
}

function stageLine(
  { what, done, unit = 'events', share, remark }: Stage,
  rate: number,
  bar: boolean,
): string {
  const filled = Math.round((share ?? 0) * BAR_WIDTH);
  const parts = [
    what,
    ...(share === undefined || !bar ? [] : [`[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`]),
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    `${done.toLocaleString('en')} ${unit}`,
    `${rate.toLocaleString('en')}/s`,
    ...(remark === undefined ? [] : [remark]),
  ];
  return parts.join('  ');
}
