import type { Unreadable } from './find-events.js';

/** How many are shown; the rest is counted. */
const SHOWN = 10;

/** Tells the first few things that could not be read, each with its place. */
export class UnreadableLines {
  readonly #err: (line: string) => void;
  #count = 0;

  constructor(err: (line: string) => void) {
    this.#err = err;
  }

  readonly tell = ({ input, line, problem }: Unreadable): void =>
    this.tellText(`${input}:${line}: ${problem}`);

  readonly tellText = (text: string): void => {
    this.#count += 1;
    if (this.#count <= SHOWN) this.#err(text);
    else if (this.#count === SHOWN + 1) this.#err('… further ones are counted, not shown');
  };
}
